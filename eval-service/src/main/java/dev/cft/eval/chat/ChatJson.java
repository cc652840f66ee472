package dev.cft.eval.chat;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Chat completions as OpenAI's clients read them.
final class ChatJson {
  private ChatJson() {}

  /// A whole answer.
  @JsonInclude(JsonInclude.Include.ALWAYS)
  record Completion(
      String id,
      String object,
      long created,
      String model,
      List<Choice> choices,
      Usage usage,
      String systemFingerprint) {}

  @JsonInclude(JsonInclude.Include.ALWAYS)
  record Choice(int index, Message message, @Nullable Object logprobs, String finishReason) {}

  @JsonInclude(JsonInclude.Include.ALWAYS)
  record Message(String role, String content, @Nullable String refusal) {}

  record Usage(int promptTokens, int completionTokens, int totalTokens) {}

  /// A piece of a streamed answer.
  @JsonInclude(JsonInclude.Include.NON_NULL)
  record Chunk(
      String id,
      String object,
      long created,
      String model,
      List<ChunkChoice> choices,
      @Nullable Usage usage,
      String systemFingerprint) {}

  @JsonInclude(JsonInclude.Include.ALWAYS)
  record ChunkChoice(
      int index, Delta delta, @Nullable Object logprobs, @Nullable String finishReason) {}

  @JsonInclude(JsonInclude.Include.NON_NULL)
  record Delta(@Nullable String role, @Nullable String content) {}
}
