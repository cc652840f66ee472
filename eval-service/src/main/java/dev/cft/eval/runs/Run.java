package dev.cft.eval.runs;

import dev.cft.eval.evals.PromptMessage;
import java.util.List;
import tools.jackson.databind.JsonNode;

/// What a run has besides its job.
///
/// @param id the job's id, `evalrun_…`
/// @param dataSource as the user is shown it
/// @param itemSet the items, the eval's or its own
public record Run(
    String id,
    String evalId,
    JsonNode dataSource,
    String itemSet,
    List<PromptMessage> prompt,
    double topP) {
  public Run {
    prompt = List.copyOf(prompt);
  }
}
