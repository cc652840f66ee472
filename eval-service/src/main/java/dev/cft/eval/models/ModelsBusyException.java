package dev.cft.eval.models;

/// Every model in memory is in use, and no more may be loaded.
public final class ModelsBusyException extends RuntimeException {
  ModelsBusyException(int loaded) {
    super("%d models are loaded and all in use; no other can be loaded now".formatted(loaded));
  }
}
