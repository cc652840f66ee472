package dev.cft.lm.training;

import org.jspecify.annotations.Nullable;

/// Input that no repetition makes right: the run ends with exit code 42 and this message.
public final class BadInputException extends RuntimeException {
  private final String code;
  private final @Nullable String param;

  BadInputException(String code, @Nullable String param, String message) {
    super(message);
    this.code = code;
    this.param = param;
  }

  /// A short name of the problem, such as `invalid_spec`.
  public String code() {
    return code;
  }

  /// The key or file at fault, if there is one.
  public @Nullable String param() {
    return param;
  }
}
