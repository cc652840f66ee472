package dev.cft.eval.evals;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/// An eval as clients see it: OpenAI's fields, then ours.
///
/// @param inputMessages the prompt of runs that bring none
/// @param items the eval's own items; null where every run brings its own
@JsonInclude(JsonInclude.Include.NON_NULL)
record EvalJson(
    String id,
    String object,
    String name,
    JsonNode dataSourceConfig,
    JsonNode testingCriteria,
    long createdAt,
    Map<String, String> metadata,
    InputMessages inputMessages,
    @Nullable ItemsJson items) {
  record InputMessages(String type, List<PromptMessage> template) {}

  record ItemsJson(String hash, long count, @Nullable String source) {}

  static EvalJson of(Eval eval, @Nullable Long items) {
    return new EvalJson(
        eval.id(),
        "eval",
        eval.name(),
        eval.dataSourceConfig(),
        eval.criteria(),
        eval.createdAt().getEpochSecond(),
        eval.metadata(),
        new InputMessages("template", eval.prompt()),
        eval.itemSet() == null || items == null
            ? null
            : new ItemsJson(eval.itemSet(), items, eval.source()));
  }
}
