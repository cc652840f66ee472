package dev.cft.critiques.teachers;

/// What a teacher answered.
///
/// @param text may be empty
public record Reply(String text, End end, Usage usage) {
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
