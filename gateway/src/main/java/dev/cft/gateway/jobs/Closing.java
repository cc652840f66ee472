package dev.cft.gateway.jobs;

import org.springframework.context.SmartLifecycle;
import org.springframework.stereotype.Component;

/// Tells waiting requests that the gateway stops, before the web server begins to wait for them.
@Component
class Closing implements SmartLifecycle {
  private volatile boolean running;
  private volatile boolean begun;

  boolean hasBegun() {
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
