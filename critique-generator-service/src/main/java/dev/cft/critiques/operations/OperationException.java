package dev.cft.critiques.operations;

/// An operation cannot be done with these rows, however often it is tried.
public final class OperationException extends RuntimeException {
  private final String code;

  public OperationException(String code, String message) {
    super(message);
    this.code = code;
  }

  public String code() {
    return code;
  }
}
