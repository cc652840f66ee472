package dev.cft.critiques.teachers;

import dev.cft.critiques.limits.RateHeaders;

/// What a teacher answered.
///
/// @param text may be empty
/// @param model who answered, by its own account; empty where it does not say
/// @param headers what the provider said about its limits
public record Reply(String text, End end, Usage usage, String model, RateHeaders headers) {
  /// Why the text ends where it does.
  public enum End {
    /// The teacher was done.
    STOP,
    /// The token limit cut it.
    LENGTH,
    /// The teacher, or its provider's filter, declined.
    REFUSED
  }
}
