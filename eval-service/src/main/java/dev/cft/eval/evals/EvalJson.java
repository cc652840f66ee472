package dev.cft.eval.evals;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// An eval as clients see it: OpenAI's fields, then ours.
///
/// @param inputMessages the prompt of runs that bring none
/// @param items the eval's own items; null where every run brings its own
/// @param benchmark the benchmark that it was made from
/// @param prompts the ways to ask that a run may name
/// @param badGolds items whose gold answer no grader can read: listed before any run
/// @param provenance where the items come from
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
    @Nullable ItemsJson items,
    @Nullable String benchmark,
    @Nullable List<String> prompts,
    @Nullable List<EvalProfile.BadGold> badGolds,
    @Nullable JsonNode provenance) {
  record InputMessages(String type, List<PromptMessage> template) {}

  record ItemsJson(String hash, long count, @Nullable String source) {}

  static EvalJson of(Eval eval, @Nullable Long items) {
    return new EvalJson(
        eval.id(),
        "eval",
        eval.name(),
        shown(eval.dataSourceConfig()),
        eval.criteria(),
        eval.createdAt().getEpochSecond(),
        eval.metadata(),
        new InputMessages("template", eval.prompt()),
        eval.itemSet() == null || items == null
            ? null
            : new ItemsJson(eval.itemSet(), items, eval.source()),
        eval.profile().benchmark(),
        eval.profile().prompts().isEmpty() ? null : eval.profile().promptNames(),
        eval.profile().badGolds().isEmpty() ? null : eval.profile().badGolds(),
        eval.profile().provenance());
  }

  /// OpenAI answers with the whole `schema` of item and sample; the asked-for `item_schema` stays
  /// beside it.
  private static JsonNode shown(JsonNode config) {
    var shown = ((ObjectNode) config).deepCopy();
    var schema = shown.putObject("schema").put("type", "object");
    var properties = schema.putObject("properties");
    properties.set("item", config.path("item_schema"));
    schema.putArray("required").add("item");
    if (config.path("include_sample_schema").asBoolean(false)) {
      properties
          .putObject("sample")
          .put("type", "object")
          .putObject("properties")
          .putObject("output_text")
          .put("type", "string");
    }
    return shown;
  }
}
