package dev.cft.trainer.trainingsets;

/// A row that cannot be read.
final class MalformedRowException extends RuntimeException {
  MalformedRowException(String message) {
    super(message);
  }
}
