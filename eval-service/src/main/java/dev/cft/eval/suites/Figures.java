package dev.cft.eval.suites;

import dev.cft.store.StoreJson;
import dev.cft.store.jobs.Job;
import dev.cft.store.jobs.JobState;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/// A run's figures by name. A grader's name may be without its version, or without what follows it
/// for one benchmark: `accuracy.cft-authors` finds `accuracy.cft-authors-minerva@1`.
record Figures(Job job) {
  Suite.Cell cell(String metric) {
    var metrics =
        job.state() instanceof JobState.Succeeded(_, var result)
            ? result.path("metrics")
            : StoreJson.mapper().createObjectNode();
    var name = name(metrics, metric);
    var figure = metrics.path(name);
    return new Suite.Cell(
        job.id().value(),
        job.status().wireName(),
        name,
        shown(figure, "value", metric),
        shown(figure, "ci_low", metric),
        shown(figure, "ci_high", metric));
  }

  private static String name(JsonNode metrics, String metric) {
    return metrics.has(metric)
        ? metric
        : metrics
            .propertyStream()
            .map(entry -> entry.getKey())
            .filter(name -> name.startsWith(metric + "@") || name.startsWith(metric + "-"))
            .findFirst()
            .orElse(metric);
  }

  static boolean isRating(String metric) {
    return metric.startsWith("score");
  }

  /// Shares as percent; a judge's ratings as they are.
  private static @Nullable Double shown(JsonNode figure, String name, String metric) {
    if (!figure.path(name).isNumber()) {
      return null;
    }
    var value = figure.path(name).asDouble();
    return isRating(metric) ? value : 100 * value;
  }
}
