package dev.cft.grading.instructions;

/// An instruction that does not exist, or whose `kwargs` are not what it needs.
public final class BadInstructionException extends RuntimeException {
  private static final long serialVersionUID = 1;

  BadInstructionException(String message) {
    super(message);
  }
}
