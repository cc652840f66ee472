package dev.cft.critiques.teachers;

import java.util.List;

/// A question to answer, and how to sample the answer.
///
/// @param user the user's message
/// @param requestId the same for every attempt, for providers that recognise repeats
public record Sampling(
    String user,
    double temperature,
    double topP,
    int maxTokens,
    long seed,
    List<String> stop,
    String requestId) {
  public Sampling {
    stop = List.copyOf(stop);
  }

  /// About how many tokens the provider will count ([Question#promptTokens]).
  long promptTokens() {
    return user.length() / 4 + 8L;
  }
}
