package dev.cft.eval.evals;

import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/// What a benchmark's definition says beyond OpenAI's fields.
///
/// @param benchmark its name; null for an eval that somebody made by hand
/// @param prompts the first is the usual one
/// @param followUps templates of later user turns
/// @param critiquePrompt template of the two-stage critique; null for the paper's
/// @param stop texts that end an answer
/// @param maxTokens of an answer; null for the service's default
/// @param metric what the eval's headline figure is: `accuracy`, or the name of another
/// @param withheld whether item texts are kept out of the database, logs and exports
/// @param badGolds items whose gold answer no criterion can read
/// @param provenance where the items come from: dataset, revision, checksum, shuffle seed
public record EvalProfile(
    @Nullable String benchmark,
    List<PromptVariant> prompts,
    List<String> followUps,
    @Nullable String critiquePrompt,
    List<String> stop,
    @Nullable Integer maxTokens,
    String metric,
    boolean withheld,
    List<BadGold> badGolds,
    @Nullable JsonNode provenance) {
  /// What evals without a definition have.
  public static final EvalProfile PLAIN =
      new EvalProfile(
          null, List.of(), List.of(), null, List.of(), null, "accuracy", false, List.of(), null);

  public EvalProfile {
    prompts = List.copyOf(prompts);
    followUps = List.copyOf(followUps);
    stop = List.copyOf(stop);
    badGolds = List.copyOf(badGolds);
  }

  /// An item whose gold answer cannot be read.
  ///
  /// @param item its place
  public record BadGold(long item, String reason) {}

  /// The prompt of that name.
  public Optional<PromptVariant> prompt(String name) {
    return prompts.stream().filter(prompt -> prompt.name().equals(name)).findFirst();
  }

  List<String> promptNames() {
    return prompts.stream().map(PromptVariant::name).toList();
  }
}
