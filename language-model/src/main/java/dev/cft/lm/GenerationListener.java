package dev.cft.lm;

/// Hears of every row that finishes, and may stop the call.
public interface GenerationListener {
  /// Called in the caller's thread.
  ///
  /// @param index position of the request in the call
  default void finished(int index, Generation generation) {}

  /// Asked in the engine's thread before every decoding step: must be fast and thread-safe.
  default boolean cancelled() {
    return false;
  }
}
