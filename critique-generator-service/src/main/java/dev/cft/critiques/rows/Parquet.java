package dev.cft.critiques.rows;

import dev.cft.store.parquet.ParquetRows;
import dev.cft.store.parquet.UnreadableParquetException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/// The rows of a Parquet file, which is read from its end: hence a copy on disk meanwhile. A row's
/// line is its number.
final class Parquet implements RawRows.Source {
  private final Path copy;
  private final ParquetRows rows;
  private long line;

  Parquet(InputStream content) throws IOException {
    copy = Files.createTempFile("rows", ".parquet");
    try {
      Files.copy(content, copy, StandardCopyOption.REPLACE_EXISTING);
      rows = ParquetRows.open(copy);
    } catch (UnreadableParquetException e) {
      Files.deleteIfExists(copy);
      throw new RowFormatException(0, null, "The file " + e.getMessage());
    } catch (IOException | RuntimeException e) {
      Files.deleteIfExists(copy);
      throw e;
    }
  }

  @Override
  public @Nullable JsonNode next() {
    line++;
    try {
      return rows.hasNext() ? rows.next() : null;
    } catch (UnreadableParquetException e) {
      throw new RowFormatException(line, null, String.valueOf(e.getMessage()));
    }
  }

  @Override
  public long line() {
    return line;
  }

  @Override
  public void close() {
    rows.close();
    try {
      Files.deleteIfExists(copy);
    } catch (IOException e) {
      throw new UncheckedIOException("a temporary file cannot be deleted", e);
    }
  }
}
