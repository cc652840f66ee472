package dev.cft.store.specs;

import java.util.List;
import org.jspecify.annotations.Nullable;

/// Noisy responses to a dataset's questions. Result: `{"dataset": "ds-…", "rows": n, "correct":
/// m}`.
///
/// @param input a dataset id, a file id, or the id of a job whose result names a dataset
/// @param model a model id, the id of a fine-tuning job, or `teacher:NAME` for an endpoint that
///   `/v1/teachers` lists
/// @param n responses per question
/// @param temperature 0 to 2
/// @param maxTokens per response
/// @param seed of the sampler; row `seq` and sample `i` get their own stream from it
/// @param limit questions taken from the start; null for all
public record ResponsesSpec(
    String input,
    String model,
    int n,
    double temperature,
    double topP,
    int maxTokens,
    long seed,
    @Nullable Integer limit,
    List<String> stop) {
  public ResponsesSpec {
    stop = List.copyOf(stop);
  }
}
