package dev.cft.store.specs;

import java.util.List;
import org.jspecify.annotations.Nullable;

/// A model on an eval's items. Result: `{"total": n, "passed": n, "failed": n, "errored": n,
/// "truncated": n, "no_answer": n, "undecided": n, "accuracy": x, "ci_low": x, "ci_high": x,
/// "metrics": {…}}`.
///
/// @param evalId `eval_…`
/// @param name of the run
/// @param model a model id, the id of a fine-tuning job, or `endpoint:NAME`
/// @param limit items taken from the start; null for all
/// @param asking how items are asked beyond one plain answer; null for that
public record EvaluationSpec(
    String evalId,
    String name,
    String model,
    double temperature,
    int maxTokens,
    long seed,
    @Nullable Integer limit,
    List<String> stop,
    @Nullable Asking asking) {
  public EvaluationSpec {
    stop = List.copyOf(stop);
  }

  /// How items are asked.
  public Asking how() {
    return asking == null ? Asking.PLAIN : asking;
  }

  /// How items are asked.
  ///
  /// @param samples answers to each item, 1 or more
  /// @param mode `direct`, `single_pass_critique` or `two_stage_critique`
  /// @param rounds most attempts of the two-stage mode
  /// @param prompt the prompt variant of the eval; null for the one that fits the model
  /// @param items places of the items to take; null for all or the first `limit`
  /// @param fresh whether kept generations are left aside
  /// @param judge the endpoint that rates answers; null where none is needed
  public record Asking(
      int samples,
      String mode,
      int rounds,
      @Nullable String prompt,
      @Nullable List<Long> items,
      boolean fresh,
      @Nullable String judge) {
    /// One direct answer.
    public static final Asking PLAIN = new Asking(1, "direct", 8, null, null, false, null);

    public Asking {
      items = items == null ? null : List.copyOf(items);
    }
  }
}
