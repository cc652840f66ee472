package dev.cft.critiques.teachers;

import dev.cft.critiques.prompts.CritiquePrompt;
import org.jspecify.annotations.Nullable;

/// What a teacher is asked.
///
/// @param question the problem
/// @param response the solution to judge
/// @param answer gold, for teachers that may see it (the built-in one)
/// @param requestId the same for every attempt at a row, for providers that recognise repeats
public record Question(
    String question,
    String response,
    @Nullable String answer,
    CritiquePrompt prompt,
    String requestId) {
  /// About how many tokens the provider will count: 4 characters each, which is what English comes
  /// to in today's vocabularies, and 8 for the frame of the two messages.
  public long promptTokens() {
    return ((long) prompt.frameLength() + question.length() + response.length()) / 4 + 8;
  }
}
