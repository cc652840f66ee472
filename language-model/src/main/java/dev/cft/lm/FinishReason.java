package dev.cft.lm;

/// Why a generation ended.
public enum FinishReason {
  /// An end token or a stop string.
  STOP,
  /// The token limit of the request or of the model.
  LENGTH,
  /// The time limit of the request.
  TIME,
  /// The caller cancelled.
  CANCELLED
}
