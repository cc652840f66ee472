package dev.cft.eval.runs;

import dev.cft.eval.runs.Metrics.Metric;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// The result of an evaluation job, as `EvaluationSpec` documents it, and a little more.
///
/// @param accuracy null where no item could be generated
/// @param model the model that answered
/// @param metrics every figure by name
/// @param disputed samples that one grader calls right and another does not
/// @param disputedItems the first of them
public record RunResult(
    long total,
    long passed,
    long failed,
    long errored,
    long truncated,
    long noAnswer,
    long undecided,
    @Nullable Double accuracy,
    @Nullable Double ciLow,
    @Nullable Double ciHigh,
    long promptTokens,
    long completionTokens,
    String model,
    Map<String, Metric> metrics,
    long disputed,
    List<String> disputedItems) {
  static RunResult of(
      RunCounts counts, String model, Map<String, Metric> metrics, List<String> disputedItems) {
    var accuracy = metrics.get("accuracy");
    return new RunResult(
        counts.total(),
        counts.passed(),
        counts.failed(),
        counts.errored(),
        counts.truncated(),
        counts.noAnswer(),
        counts.undecided(),
        accuracy == null ? null : Double.valueOf(accuracy.value()),
        accuracy == null ? null : accuracy.ciLow(),
        accuracy == null ? null : accuracy.ciHigh(),
        counts.promptTokens(),
        counts.completionTokens(),
        model,
        metrics,
        counts.disputed(),
        disputedItems);
  }
}
