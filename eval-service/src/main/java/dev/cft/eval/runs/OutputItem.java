package dev.cft.eval.runs;

import dev.cft.eval.evals.Criterion.Judgement;
import dev.cft.eval.evals.Criterion.Output;
import dev.cft.eval.evals.MathCheck;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/// What became of one item.
///
/// @param seq the sample's place in the run: `itemSeq` × samples of an item + `sampleNo`
/// @param itemSeq the item's place in the run's items
/// @param score 0 to 1, or a judge's scale; null where nothing was generated
public record OutputItem(
    String runId,
    long seq,
    long itemSeq,
    int sampleNo,
    Status status,
    @Nullable Double score,
    List<Judgement> results,
    SampleJson sample,
    Instant createdAt) {
  public OutputItem {
    results = List.copyOf(results);
  }

  /// How an item ended.
  public enum Status {
    PASS,
    FAIL,
    ERROR;

    /// The name in JSON and in the database.
    public String wireName() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /// One message of the conversation.
  public record MessageJson(String role, String content) {}

  /// Tokens of one answer.
  public record UsageJson(
      int totalTokens, int completionTokens, int promptTokens, int cachedTokens) {
    static UsageJson of(int prompt, int completion) {
      return new UsageJson(prompt + completion, completion, prompt, 0);
    }
  }

  /// Why an item could not be generated.
  public record ErrorJson(String code, String message) {}

  /// The model's answer, as OpenAI has it, and then ours.
  ///
  /// @param prompt the prompt variant
  /// @param steps attempts and critiques on the way, in order; null where there was one attempt
  /// @param reused whether every generation was kept from earlier
  public record SampleJson(
      List<MessageJson> input,
      List<MessageJson> output,
      String finishReason,
      String model,
      UsageJson usage,
      @Nullable ErrorJson error,
      double temperature,
      int maxCompletionTokens,
      double topP,
      long seed,
      @Nullable String prompt,
      @Nullable List<MessageJson> steps,
      @Nullable Boolean reused) {
    /// The answer, and every turn of the model's.
    public Output answer() {
      var answers =
          output.stream()
              .filter(m -> m.role().equals("assistant"))
              .map(MessageJson::content)
              .toList();
      return answers.isEmpty() ? Output.of("") : new Output(answers.getLast(), answers);
    }
  }

  boolean truncated() {
    return sample.finishReason().equals("length");
  }

  /// Whether one grader calls it right and another does not.
  boolean disputed() {
    return results.stream()
        .anyMatch(r -> r.detail() != null && r.detail().path(MathCheck.DISPUTED).asBoolean(false));
  }

  boolean hasVerdict(String verdict) {
    return results.stream().anyMatch(result -> result.verdict().equals(verdict));
  }
}
