package dev.cft.trainer.launching;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;

/// An engine that only waits, for tests of how processes are started and stopped. It stops on
/// SIGTERM as the contract says; with `"stubborn"` in its spec it does not.
public final class WaitingEngine {
  private WaitingEngine() {}

  public static void main(String[] args) throws Exception {
    Path folder = Path.of(args[3]);
    boolean isStubborn = Files.readString(Path.of(args[1])).contains("stubborn");
    Runtime.getRuntime()
        .addShutdownHook(
            new Thread(() -> {
              if (isStubborn) {
                sleep(Duration.ofMinutes(5));
              }
              Runtime.getRuntime().halt(75);
            }));
    String devices = System.getenv("CUDA_VISIBLE_DEVICES");
    Files.writeString(folder.resolve("devices"), devices == null ? "" : devices);
    Files.writeString(folder.resolve("ready"), Long.toString(ProcessHandle.current().pid()));
    sleep(Duration.ofMinutes(5));
  }

  private static void sleep(Duration time) {
    try {
      Thread.sleep(time);
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
  }
}
