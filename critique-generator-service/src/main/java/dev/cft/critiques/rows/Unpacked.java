package dev.cft.critiques.rows;

import java.io.UncheckedIOException;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/// Values of a packed file, whose packing may turn out to be damaged.
record Unpacked(RawRows.Source source) implements RawRows.Source {
  @Override
  public @Nullable JsonNode next() {
    try {
      return source.next();
    } catch (UncheckedIOException e) {
      throw new RowFormatException(source.line(), null, "cannot be unpacked: " + e.getMessage());
    }
  }

  @Override
  public long line() {
    return source.line();
  }
}
