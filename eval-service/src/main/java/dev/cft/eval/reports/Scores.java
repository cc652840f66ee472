package dev.cft.eval.reports;

import dev.cft.eval.reports.Report.Difference;
import dev.cft.eval.reports.Report.Result;
import dev.cft.eval.reports.Report.Score;
import dev.cft.eval.statistics.Interval;
import dev.cft.eval.statistics.PairedItems;
import dev.cft.eval.statistics.Proportion;
import dev.cft.eval.statistics.Sample;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// An arm's scores on one eval, and what follows from them.
///
/// @param untrained the one score counts for every seed
record Scores(String arm, boolean untrained, String eval, List<Score> scores) {
  Scores {
    scores = List.copyOf(scores);
  }

  /// The arm's result, its differences from the others included.
  ///
  /// @param passedBySeq whether each item of a run passed
  Result result(List<Scores> others, Function<String, Map<Long, Boolean>> passedBySeq) {
    var accuracies =
        finished().stream().map(score -> Objects.requireNonNull(score.accuracy())).toList();
    if (accuracies.isEmpty()) {
      return new Result(eval, scores, null, null, null, null, null, List.of());
    }
    var sample = new Sample(accuracies);
    var overSeeds = sample.interval();
    var interval = overSeeds.or(this::overItems);
    var differences =
        others.stream().flatMap(other -> difference(other, passedBySeq).stream()).toList();
    return new Result(
        eval,
        scores,
        sample.mean(),
        boxed(sample.standardError()),
        interval.map(Interval::low).orElse(null),
        interval.map(Interval::high).orElse(null),
        interval.isEmpty() ? null : overSeeds.isPresent() ? "student_t" : "wilson",
        differences);
  }

  private List<Score> finished() {
    return scores.stream().filter(score -> score.accuracy() != null).toList();
  }

  private Optional<Interval> overItems() {
    var one = finished().getFirst();
    return one.passed() + one.failed() == 0
        ? Optional.empty()
        : Optional.of(new Proportion(one.passed(), one.passed() + one.failed()).wilson());
  }

  /// This arm's score beside the other's.
  private record Pair(Score mine, Score theirs) {
    private double difference() {
      return Objects.requireNonNull(mine.accuracy()) - Objects.requireNonNull(theirs.accuracy());
    }
  }

  private Optional<Difference> difference(
      Scores other, Function<String, Map<Long, Boolean>> passedBySeq) {
    var pairs = pairs(other);
    return switch (pairs.size()) {
      case 0 -> Optional.empty();
      case 1 -> overItems(pairs.getFirst(), other.arm, passedBySeq);
      default -> overSeeds(pairs, other.arm);
    };
  }

  /// Scores of the same seed; the untrained base's one score beside each of the other's.
  private List<Pair> pairs(Scores other) {
    var pairs = new ArrayList<Pair>();
    for (var mine : finished()) {
      for (var theirs : other.finished()) {
        if (untrained || other.untrained || Objects.equals(mine.seed(), theirs.seed())) {
          pairs.add(new Pair(mine, theirs));
        }
      }
    }
    return pairs;
  }

  private static Optional<Difference> overSeeds(List<Pair> pairs, String against) {
    var sample = new Sample(pairs.stream().map(Pair::difference).toList());
    var interval = sample.interval();
    return Optional.of(
        new Difference(
            against,
            sample.mean(),
            boxed(sample.standardError()),
            interval.map(Interval::low).orElse(null),
            interval.map(Interval::high).orElse(null),
            "seed",
            pairs.size()));
  }

  private static Optional<Difference> overItems(
      Pair pair, String against, Function<String, Map<Long, Boolean>> passedBySeq) {
    var first = passedBySeq.apply(pair.mine().run());
    var second = passedBySeq.apply(pair.theirs().run());
    var both = first.keySet().stream().filter(second::containsKey).toList();
    if (both.isEmpty()) {
      return overSeeds(List.of(pair), against);
    }
    var onlyFirst = both.stream().filter(seq -> isTrue(first, seq) && !isTrue(second, seq)).count();
    var onlySecond =
        both.stream().filter(seq -> !isTrue(first, seq) && isTrue(second, seq)).count();
    var paired = new PairedItems(onlyFirst, onlySecond, both.size());
    var interval = paired.interval();
    return Optional.of(
        new Difference(
            against,
            paired.difference(),
            paired.standardError(),
            interval.low(),
            interval.high(),
            "item",
            both.size()));
  }

  private static boolean isTrue(Map<Long, Boolean> passed, Long seq) {
    return Boolean.TRUE.equals(passed.get(seq));
  }

  private static @Nullable Double boxed(OptionalDouble value) {
    return value.isPresent() ? value.getAsDouble() : null;
  }
}
