package dev.cft.eval.runs;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.cft.eval.evals.Criterion;
import dev.cft.eval.evals.Criterion.Judgement;
import dev.cft.eval.evals.Eval;
import dev.cft.eval.statistics.PassAtK;
import dev.cft.eval.statistics.Proportion;
import dev.cft.eval.statistics.Sample;
import dev.cft.store.specs.EvaluationSpec;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/// A finished run's figures: accuracy or score, pass@k, maj@n and avg@n, and what criteria add.
final class Metrics {
  private final List<ScoredSample> generated;
  private final Map<Long, List<ScoredSample>> byItem;
  private final int samples;
  private final Map<String, Metric> metrics = new LinkedHashMap<>();

  private Metrics(List<ScoredSample> all, int samples) {
    this.generated = all.stream().filter(sample -> !sample.isError()).toList();
    this.byItem =
        generated.stream()
            .collect(Collectors.groupingBy(ScoredSample::item, TreeMap::new, Collectors.toList()));
    this.samples = samples;
  }

  /// One figure.
  ///
  /// @param n what it is over: items, or instructions where its name says so
  /// @param interval how the 95 % interval was made: `wilson`, or `student_t` over items; null
  ///   where there is none
  @JsonInclude(JsonInclude.Include.NON_NULL)
  record Metric(
      double value,
      @Nullable Double ciLow,
      @Nullable Double ciHigh,
      long n,
      @Nullable String interval) {
    static Metric of(Proportion share) {
      var wilson = share.wilson();
      return new Metric(share.share(), wilson.low(), wilson.high(), share.n(), "wilson");
    }

    /// The mean over items.
    static Metric of(Collection<Double> values) {
      var sample = new Sample(List.copyOf(values));
      var interval = sample.interval();
      return new Metric(
          sample.mean(),
          interval.map(i -> i.low()).orElse(null),
          interval.map(i -> i.high()).orElse(null),
          values.size(),
          interval.isPresent() ? "student_t" : null);
    }
  }

  static Map<String, Metric> of(List<ScoredSample> all, EvaluationSpec spec, Eval eval) {
    var metrics = new Metrics(all, spec.how().samples());
    if (metrics.generated.isEmpty()) {
      return Map.of();
    }
    metrics.put("accuracy", metrics.shareOf(ScoredSample::passed));
    OtherReadings.of(metrics.generated)
        .forEach((name, passes) -> metrics.put("accuracy." + name, metrics.shareOf(passes)));
    metrics.perSamples(eval.criterionList());
    metrics.parts();
    metrics.judged();
    return metrics.metrics;
  }

  private void put(String name, Metric metric) {
    metrics.put(name, metric);
  }

  private Metric shareOf(Predicate<ScoredSample> passes) {
    return samples == 1
        ? Metric.of(new Proportion(generated.stream().filter(passes).count(), generated.size()))
        : Metric.of(
            perItem(ofItem -> (double) ofItem.stream().filter(passes).count() / ofItem.size()));
  }

  private List<Double> perItem(Function<List<ScoredSample>, Double> value) {
    return byItem.values().stream().map(value).toList();
  }

  private static int right(List<ScoredSample> ofItem) {
    return (int) ofItem.stream().filter(ScoredSample::passed).count();
  }

  private void perSamples(List<Criterion> criteria) {
    if (samples == 1) {
      return;
    }
    put("avg@" + samples, shareOf(ScoredSample::passed));
    for (var k = 1; k <= samples; k = k < samples && k * 2 > samples ? samples : k * 2) {
      var size = k;
      var whole = byItem.values().stream().filter(ofItem -> ofItem.size() >= size).toList();
      if (!whole.isEmpty()) {
        put(
            "pass@" + k,
            Metric.of(
                whole.stream()
                    .map(ofItem -> PassAtK.of(ofItem.size(), right(ofItem), size))
                    .toList()));
        if (k > 1 && criteria.size() == 1) {
          var vote = new MajorityVote(criteria.getFirst());
          put("maj@" + k, Metric.of(whole.stream().map(all -> vote.share(all, size)).toList()));
        }
      }
    }
  }

  /// Criteria of several parts, such as IFEval's instructions: the share of all parts.
  private void parts() {
    byCriterion()
        .forEach((name, judgements) -> {
          var followed = 0L;
          var parts = 0L;
          for (var judgement : judgements) {
            for (JsonNode part : followed(judgement)) {
              followed += part.asBoolean() ? 1 : 0;
              parts++;
            }
          }
          if (parts > 0) {
            var passed = judgements.stream().filter(Judgement::passed).count();
            metrics.put(name, Metric.of(new Proportion(passed, judgements.size())));
            metrics.put(name + ".instructions", Metric.of(new Proportion(followed, parts)));
          }
        });
  }

  private static JsonNode followed(Judgement judgement) {
    return judgement.detail() == null
        ? tools.jackson.databind.node.MissingNode.getInstance()
        : judgement.detail().path("followed");
  }

  /// Criteria with a scale of their own, such as MT-Bench's 1 to 10: means, by turn and category
  /// too.
  private void judged() {
    byCriterion()
        .forEach((name, judgements) -> {
          var ratings = new TreeMap<Integer, List<Double>>();
          var categories = new TreeMap<String, List<Double>>();
          for (var judgement : judgements) {
            var given = judgement.detail() == null ? null : judgement.detail().get("ratings");
            for (var i = 0; given != null && i < given.size(); i++) {
              if (given.get(i).isNumber()) {
                var rating = given.get(i).asDouble();
                ratings.computeIfAbsent(i + 1, _ -> new ArrayList<>()).add(rating);
                categories.computeIfAbsent(category(judgement), _ -> new ArrayList<>()).add(rating);
              }
            }
          }
          if (!ratings.isEmpty()) {
            put("score", Metric.of(ratings.values().stream().flatMap(List::stream).toList()));
            ratings.forEach((turn, values) -> put("score.turn" + turn, Metric.of(values)));
            categories.forEach((category, values) -> put("score." + category, Metric.of(values)));
          }
        });
  }

  private static String category(Judgement judgement) {
    var detail = judgement.detail();
    return detail == null ? "" : detail.path("category").asString("");
  }

  private Map<String, List<Judgement>> byCriterion() {
    return generated.stream()
        .flatMap(sample -> sample.results().stream())
        .collect(Collectors.groupingBy(Judgement::name, LinkedHashMap::new, Collectors.toList()));
  }
}
