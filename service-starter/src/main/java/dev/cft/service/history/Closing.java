package dev.cft.service.history;

import org.springframework.context.SmartLifecycle;

/// Tells waiting requests that the service stops, before the web server begins to wait for them.
public final class Closing implements SmartLifecycle {
  private volatile boolean running;
  private volatile boolean begun;

  Closing() {}

  public boolean hasBegun() {
    return begun;
  }

  @Override
  public void start() {
    running = true;
  }

  @Override
  public void stop() {
    begun = true;
    running = false;
  }

  @Override
  public boolean isRunning() {
    return running;
  }

  /// The highest phase stops first.
  @Override
  public int getPhase() {
    return Integer.MAX_VALUE;
  }
}
