package dev.cft.standalone;

import dev.cft.standalone.platform.Logs;
import dev.cft.standalone.platform.Platform;
import dev.cft.standalone.platform.PlatformOptions;
import java.io.PrintWriter;
import java.util.concurrent.CountDownLatch;

/// A platform in this process that is stopped in order when the process is told to end.
final class Session implements AutoCloseable {
  private final PrintWriter out;
  private final Platform platform;
  private final Platform.Access access;
  private final Thread hook = new Thread(this::stopped, "stop");

  /// Starts it and says how to reach it.
  Session(PlatformOptions options, PrintWriter out) {
    this.out = out;
    Logs.to(options.folder());
    out.println("Starting the CFT platform on " + options.folder().path());
    out.flush();
    platform = new Platform(options, this::say);
    Runtime.getRuntime().addShutdownHook(hook);
    try {
      access = platform.start();
    } catch (RuntimeException e) {
      forget();
      throw e;
    }
  }

  Platform.Access access() {
    return access;
  }

  /// Waits until the process is told to end.
  void await() throws InterruptedException {
    new CountDownLatch(1).await();
  }

  private void say(String line) {
    out.println("  " + line);
    out.flush();
  }

  private void stopped() {
    out.printf("%nStopping: running jobs are put back and continue at the next start%n");
    out.flush();
    platform.close();
    out.println("Stopped");
    out.flush();
  }

  private void forget() {
    try {
      Runtime.getRuntime().removeShutdownHook(hook);
    } catch (IllegalStateException e) {
      // The process ends already: the hook has stopped, or stops, the platform.
    }
  }

  @Override
  public void close() {
    forget();
    platform.close();
  }
}
