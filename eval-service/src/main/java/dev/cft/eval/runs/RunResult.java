package dev.cft.eval.runs;

import org.jspecify.annotations.Nullable;

/// The result of an evaluation job, as `EvaluationSpec` documents it, and a little more.
///
/// @param accuracy null where no item could be generated
/// @param model the model that answered
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
    String model) {
  static RunResult of(RunCounts counts, String model) {
    var share = counts.accuracy();
    return new RunResult(
        counts.total(),
        counts.passed(),
        counts.failed(),
        counts.errored(),
        counts.truncated(),
        counts.noAnswer(),
        counts.undecided(),
        share.map(p -> p.share()).orElse(null),
        share.map(p -> p.wilson().low()).orElse(null),
        share.map(p -> p.wilson().high()).orElse(null),
        counts.promptTokens(),
        counts.completionTokens(),
        model);
  }
}
