package dev.cft.eval.comparisons;

import dev.cft.eval.comparisons.Comparison.Gate;
import dev.cft.eval.comparisons.Comparison.Pairs;
import dev.cft.eval.comparisons.Comparison.Side;
import dev.cft.eval.runs.ScoredSample;
import dev.cft.eval.statistics.Bootstrap;
import dev.cft.eval.statistics.Interval;
import dev.cft.eval.statistics.McNemar;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// Compares two runs' samples item by item.
final class Comparing {
  /// Flipped items that are named.
  private static final int SHOWN = 100;

  /// Makes intervals repeatable.
  private static final long SEED = 20250117;

  private final Party baseline;
  private final Party candidate;
  private final List<Long> both;

  Comparing(Party baseline, Party candidate) {
    this.baseline = baseline;
    this.candidate = candidate;
    this.both = baseline.byItem.keySet().stream().filter(candidate.byItem::containsKey).toList();
  }

  /// A run with its samples.
  static final class Party {
    private final String run;
    private final String eval;
    private final String model;
    private final int samples;
    private final long errors;
    private final Map<Long, List<ScoredSample>> byItem;

    Party(String run, String eval, String model, List<ScoredSample> all) {
      this.run = run;
      this.eval = eval;
      this.model = model;
      this.samples = all.size();
      this.errors = all.stream().filter(ScoredSample::isError).count();
      this.byItem =
          all.stream()
              .filter(sample -> !sample.isError())
              .collect(
                  Collectors.groupingBy(ScoredSample::item, TreeMap::new, Collectors.toList()));
    }

    private double score(long item) {
      return byItem.getOrDefault(item, List.of()).stream()
          .mapToDouble(ScoredSample::score)
          .average()
          .orElse(0);
    }

    private double errorShare() {
      return samples == 0 ? 0 : (double) errors / samples;
    }

    private boolean isSingle() {
      return byItem.values().stream().allMatch(ofItem -> ofItem.size() == 1);
    }

    private boolean passed(long item) {
      return byItem.getOrDefault(item, List.of()).stream().allMatch(ScoredSample::passed);
    }

    private Side side(List<Long> items) {
      var mean = items.stream().mapToDouble(this::score).average().orElse(0);
      return new Side(run, eval, model, mean, errorShare());
    }
  }

  /// Items that both have generated.
  int pairs() {
    return both.size();
  }

  Comparison compare(double confidence, @Nullable Policy policy, List<String> warnings) {
    var differences =
        both.stream().mapToDouble(item -> candidate.score(item) - baseline.score(item)).toArray();
    var mean = java.util.Arrays.stream(differences).average().orElse(0);
    var interval = Bootstrap.ofMean(differences, confidence, SEED);
    return new Comparison(
        "eval.comparison",
        baseline.side(both),
        candidate.side(both),
        both.size(),
        baseline.isSingle() && candidate.isSingle() ? flips() : null,
        mean,
        interval.low(),
        interval.high(),
        confidence,
        warnings,
        policy == null ? null : gate(policy, mean, interval));
  }

  private Pairs flips() {
    var gained = new ArrayList<Long>();
    var lost = new ArrayList<Long>();
    var right = 0L;
    for (var item : both) {
      if (candidate.passed(item) && baseline.passed(item)) {
        right++;
      } else if (candidate.passed(item)) {
        gained.add(item);
      } else if (baseline.passed(item)) {
        lost.add(item);
      }
    }
    return new Pairs(
        right,
        gained.size(),
        lost.size(),
        both.size() - right - gained.size() - lost.size(),
        McNemar.pValue(gained.size(), lost.size()),
        gained.stream().limit(SHOWN).toList(),
        lost.stream().limit(SHOWN).toList());
  }

  /// Go where the whole interval reaches what is asked for, no-go where none of it does.
  private Gate gate(Policy policy, double mean, Interval interval) {
    var told =
        String.format(
            Locale.ROOT,
            "the difference is %+.4f [%+.4f, %+.4f] and must be at least %+.4f",
            mean,
            interval.low(),
            interval.high(),
            policy.leastGain());
    if (both.size() < policy.leastItems()) {
      return new Gate(
          "inconclusive",
          "%d pairs are fewer than the policy's %d".formatted(both.size(), policy.leastItems()),
          policy);
    }
    var errors = Math.max(baseline.errorShare(), candidate.errorShare());
    if (errors > policy.mostErrors()) {
      return new Gate(
          "inconclusive",
          String.format(
              Locale.ROOT,
              "%.4f of a run's samples errored, more than the policy's %.4f",
              errors,
              policy.mostErrors()),
          policy);
    }
    var decision =
        interval.low() >= policy.leastGain()
            ? "go"
            : interval.high() < policy.leastGain() ? "no-go" : "inconclusive";
    return new Gate(decision, told, policy);
  }
}
