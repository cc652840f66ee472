package dev.cft.critiques.operations;

/// Counts a text's tokens.
public interface TokenCounter extends AutoCloseable {
  int count(String text);

  @Override
  default void close() {}
}
