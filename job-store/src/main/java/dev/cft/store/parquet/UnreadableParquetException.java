package dev.cft.store.parquet;

/// A file is no Parquet, or none that can be read.
public final class UnreadableParquetException extends RuntimeException {
  UnreadableParquetException(Exception cause) {
    super("is no Parquet that can be read: " + cause, cause);
  }
}
