package dev.cft.eval.chat;

import dev.cft.lm.ChatMessage;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// A chat completion that is asked for, checked.
///
/// @param maxTokens null where the request names none
/// @param n choices to make
/// @param includeUsage a stream ends with a chunk that tells the tokens
record ChatRequest(
    String model,
    List<ChatMessage> messages,
    Sampler sampler,
    @Nullable Integer maxTokens,
    int n,
    boolean stream,
    boolean includeUsage) {
  ChatRequest {
    messages = List.copyOf(messages);
  }

  /// How tokens are chosen.
  record Sampler(double temperature, double topP, long seed, List<String> stop) {
    Sampler {
      stop = List.copyOf(stop);
    }
  }
}
