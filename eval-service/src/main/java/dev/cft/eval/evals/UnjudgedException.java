package dev.cft.eval.evals;

/// An answer is there, but nothing can be said of it: an error of this item alone.
public final class UnjudgedException extends RuntimeException {
  private static final long serialVersionUID = 1;

  private final String code;

  /// @param code short and stable
  UnjudgedException(String code, String message) {
    super(message);
    this.code = code;
  }

  /// Short and stable.
  public String code() {
    return code;
  }
}
