package dev.cft.eval.runs;

import dev.cft.eval.evals.Criterion.Judgement;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/// What became of one item.
///
/// @param seq the item's place in the run's items
public record OutputItem(
    String runId,
    long seq,
    Status status,
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

  /// The model's answer, as OpenAI has it.
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
      long seed) {
    /// The answer's text.
    String text() {
      return output.isEmpty() ? "" : output.getFirst().content();
    }
  }

  boolean truncated() {
    return sample.finishReason().equals("length");
  }

  boolean hasVerdict(String verdict) {
    return results.stream().anyMatch(result -> result.verdict().equals(verdict));
  }
}
