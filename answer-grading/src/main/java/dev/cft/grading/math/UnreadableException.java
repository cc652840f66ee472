package dev.cft.grading.math;

/// A text that is no answer this reader knows, or one beyond its limits.
final class UnreadableException extends RuntimeException {
  private static final long serialVersionUID = 1;

  UnreadableException(String message) {
    // No stack trace: it is an expected outcome, thrown thousands of times a second.
    super(message, null, false, false);
  }
}
