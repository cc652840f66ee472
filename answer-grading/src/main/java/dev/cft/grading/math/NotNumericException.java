package dev.cft.grading.math;

/// A tree that has no value that can be worked out here.
final class NotNumericException extends RuntimeException {
  private static final long serialVersionUID = 1;

  NotNumericException(String message) {
    super(message, null, false, false);
  }
}
