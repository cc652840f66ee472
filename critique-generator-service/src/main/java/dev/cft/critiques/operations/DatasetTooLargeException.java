package dev.cft.critiques.operations;

/// More rows than a place can number.
final class DatasetTooLargeException extends RuntimeException {
  DatasetTooLargeException() {
    super("operations take at most 2,147,483,647 rows together");
  }
}
