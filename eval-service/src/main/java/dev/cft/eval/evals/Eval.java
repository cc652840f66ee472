package dev.cft.eval.evals;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/// What models are asked and how their answers are judged.
///
/// @param id `eval_…`
/// @param dataSourceConfig as OpenAI has it, type `custom`
/// @param criteria `testing_criteria` as the user wrote them
/// @param prompt of runs that bring none
/// @param itemSet items of runs that bring none; null where every run brings its own
/// @param source the file or dataset that the items came from
/// @param profile what its benchmark says besides
public record Eval(
    String id,
    String name,
    JsonNode dataSourceConfig,
    JsonNode criteria,
    List<PromptMessage> prompt,
    @Nullable String itemSet,
    @Nullable String source,
    Map<String, String> metadata,
    @Nullable String createdBy,
    Instant createdAt,
    Instant updatedAt,
    EvalProfile profile) {
  public Eval {
    prompt = List.copyOf(prompt);
    metadata = Map.copyOf(metadata);
  }

  /// The criteria, ready to judge.
  public List<Criterion> criterionList() {
    return Criteria.stored(criteria);
  }
}
