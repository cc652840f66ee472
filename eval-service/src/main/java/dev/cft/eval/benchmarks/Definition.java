package dev.cft.eval.benchmarks;

import dev.cft.eval.evals.PromptVariant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/// A benchmark as its file defines it.
///
/// @param name how users call it: lower case letters, digits, `-`
/// @param rows how many there must be; null for any number
/// @param sources tried in order
/// @param joins files that add fields to items
/// @param fields the item's fields from the row's
/// @param choices its options; null where it has none
/// @param questionSuffixes texts added to the question by the gold answer, lower case
/// @param where row fields that must be null or absent
/// @param criteria `testing_criteria`
/// @param isWithheld whether item texts stay in the user's own copy
/// @param json the definition as it was written
record Definition(
    String name,
    String title,
    @Nullable Integer rows,
    List<Source> sources,
    List<Join> joins,
    Map<String, FieldRule> fields,
    @Nullable Choices choices,
    Map<String, String> questionSuffixes,
    List<String> where,
    List<PromptVariant> prompts,
    List<String> followUps,
    List<String> stop,
    @Nullable Integer maxTokens,
    JsonNode criteria,
    String metric,
    boolean isWithheld,
    JsonNode json) {
  Definition {
    sources = List.copyOf(sources);
    joins = List.copyOf(joins);
    fields = Map.copyOf(fields);
    questionSuffixes = Map.copyOf(questionSuffixes);
    where = List.copyOf(where);
    prompts = List.copyOf(prompts);
    followUps = List.copyOf(followUps);
    stop = List.copyOf(stop);
  }
}
