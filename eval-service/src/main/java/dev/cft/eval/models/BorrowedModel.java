package dev.cft.eval.models;

import dev.cft.lm.LanguageModel;

/// A loaded model in use: it stays in memory until closed.
public final class BorrowedModel implements AutoCloseable {
  private final LanguageModel model;
  private final Runnable giveBack;
  private boolean closed;

  BorrowedModel(LanguageModel model, Runnable giveBack) {
    this.model = model;
    this.giveBack = giveBack;
  }

  /// The model, shared with others.
  public LanguageModel model() {
    return model;
  }

  @Override
  public synchronized void close() {
    if (!closed) {
      closed = true;
      giveBack.run();
    }
  }
}
