package dev.cft.trainer.launching;

import java.time.Duration;
import java.util.OptionalInt;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;

/// A child process of this service.
final class LocalProcess implements TrainingProcess {
  private final Process process;
  private final Duration grace;
  private final Runnable onClose;
  private final AtomicBoolean isStopping = new AtomicBoolean();
  private final AtomicBoolean isClosed = new AtomicBoolean();

  /// @param onClose gives the slot back, once
  LocalProcess(Process process, Duration grace, Runnable onClose) {
    this.process = process;
    this.grace = grace;
    this.onClose = onClose;
  }

  @Override
  public OptionalInt await(Duration atMost) throws InterruptedException {
    return process.waitFor(atMost.toMillis(), TimeUnit.MILLISECONDS)
        ? OptionalInt.of(process.exitValue())
        : OptionalInt.empty();
  }

  @Override
  public void stop() {
    if (isStopping.compareAndSet(false, true)) {
      process.destroy();
      Thread.ofVirtual().name("stop-grace-" + process.pid()).start(this::killAfterGrace);
    }
  }

  private void killAfterGrace() {
    try {
      if (!process.waitFor(grace.toMillis(), TimeUnit.MILLISECONDS)) {
        process.destroyForcibly();
      }
    } catch (InterruptedException _) {
      process.destroyForcibly();
    }
  }

  @Override
  public void kill() {
    process.destroyForcibly();
  }

  @Override
  public String where() {
    return "process %d on %s".formatted(process.pid(), ProcessRecord.thisHost());
  }

  @Override
  public void close() {
    if (isClosed.compareAndSet(false, true)) {
      process.destroyForcibly();
      awaitEnd();
      onClose.run();
    }
  }

  private void awaitEnd() {
    boolean wasInterrupted = Thread.interrupted();
    try {
      process.waitFor();
    } catch (InterruptedException _) {
      wasInterrupted = true;
    }
    if (wasInterrupted) {
      Thread.currentThread().interrupt();
    }
  }
}
