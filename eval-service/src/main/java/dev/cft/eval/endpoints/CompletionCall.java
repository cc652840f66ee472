package dev.cft.eval.endpoints;

import java.util.List;

/// What an endpoint is asked.
///
/// @param messages the conversation; for a raw prompt a single message whose text is sent as it is
/// @param isRaw whether it is a raw prompt, for `/completions` instead of `/chat/completions`
public record CompletionCall(
    List<Message> messages,
    boolean isRaw,
    double temperature,
    double topP,
    int maxTokens,
    List<String> stop,
    long seed) {
  public CompletionCall {
    messages = List.copyOf(messages);
    stop = List.copyOf(stop);
  }

  /// Prompt and answer at most: four characters a token, roughly.
  long mostTokens() {
    return messages.stream().mapToLong(m -> m.content().length() / 4 + 8).sum() + maxTokens;
  }
}
