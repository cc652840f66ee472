package dev.cft.critiques.rows;

import org.jspecify.annotations.Nullable;

/// A row, or the file round it, is not as it must be.
public final class RowFormatException extends RuntimeException {
  private final long line;
  private final @Nullable String field;

  /// @param line where the row begins, from 1; 0 where the file as a whole is meant
  /// @param field the field at fault
  public RowFormatException(long line, @Nullable String field, String message) {
    super(
        (line == 0 ? "" : "line " + line + ": ")
            + (field == null ? "" : "field '" + field + "' ")
            + message);
    this.line = line;
    this.field = field;
  }

  public long line() {
    return line;
  }

  public @Nullable String field() {
    return field;
  }
}
