package dev.cft.service.idempotency;

import jakarta.servlet.AsyncEvent;
import jakarta.servlet.AsyncListener;

/// Runs something once when an asynchronous answer has ended.
record WhenComplete(Runnable action) implements AsyncListener {
  @Override
  public void onComplete(AsyncEvent event) {
    action.run();
  }

  @Override
  public void onTimeout(AsyncEvent event) {}

  @Override
  public void onError(AsyncEvent event) {}

  @Override
  public void onStartAsync(AsyncEvent event) {
    event.getAsyncContext().addListener(this);
  }
}
