package dev.cft.critiques.rows;

import org.jspecify.annotations.Nullable;

/// A file's row is not as it must be.
public final class MalformedRowsException extends RuntimeException {
  private final @Nullable String field;

  public MalformedRowsException(String file, RowFormatException cause) {
    super("%s: %s. Nothing was stored.".formatted(file, cause.getMessage()), cause);
    this.field = cause.field();
  }

  /// The field at fault.
  public @Nullable String field() {
    return field;
  }
}
