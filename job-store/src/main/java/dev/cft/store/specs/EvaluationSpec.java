package dev.cft.store.specs;

import java.util.List;
import org.jspecify.annotations.Nullable;

/// A model on an eval's items. Result: `{"total": n, "passed": n, "failed": n, "errored": n,
/// "truncated": n, "no_answer": n, "accuracy": x, "ci_low": x, "ci_high": x}`.
///
/// @param evalId `eval_…` or the name of a built-in eval
/// @param name of the run
/// @param model a model id, or the id of a fine-tuning job
/// @param limit items taken from the start; null for all
public record EvaluationSpec(
    String evalId,
    String name,
    String model,
    double temperature,
    int maxTokens,
    long seed,
    @Nullable Integer limit,
    List<String> stop) {
  public EvaluationSpec {
    stop = List.copyOf(stop);
  }
}
