package dev.cft.standalone;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/// `cft` in a process of its own, as a user starts it; closing it stops it as `kill` does.
final class PlatformProcess implements AutoCloseable {
  private static final int PATIENCE_SECONDS = 420;

  /// How the last line begins that `up` prints about a platform that is ready.
  private static final String LAST_WHEN_READY = "  Log ";

  private final Process process;
  private final Thread reader;
  private final Path folder;
  private final List<String> lines = new ArrayList<>();
  private final CountDownLatch ready = new CountDownLatch(1);

  private PlatformProcess(Path folder, List<String> command) throws IOException {
    this.folder = folder;
    var builder = new ProcessBuilder(command).redirectErrorStream(true);
    builder.environment().put("CLASSPATH", System.getProperty("java.class.path"));
    builder
        .environment()
        .put("CFT_CACHE_DIR", Path.of("target", "test-cache").toAbsolutePath().toString());
    // What a user's shell may hold must not send all services to one port.
    builder.environment().put("SERVER_PORT", "1");
    process = builder.start();
    reader = Thread.ofVirtual().start(this::read);
  }

  /// `cft up` on the folder and a free port, when it is ready.
  static PlatformProcess up(Path folder, String... more) throws Exception {
    var started = start(folder, "up", more);
    started.awaitReady();
    return started;
  }

  /// A command that has to do with a data folder; not waited for.
  static PlatformProcess start(Path folder, String command, String... more) throws IOException {
    var arguments =
        new ArrayList<>(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx1g",
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "--enable-native-access=ALL-UNNAMED",
                "-Dcft.home=" + Path.of("..").toAbsolutePath().normalize(),
                "dev.cft.standalone.Main",
                command,
                "--data-dir",
                folder.toString()));
    if (!List.of(more).contains("--port") && !command.equals("jobs")) {
      arguments.addAll(List.of("--port", "0"));
    }
    arguments.addAll(List.of(more));
    return new PlatformProcess(folder, arguments);
  }

  private void read() {
    try (var reader =
        new BufferedReader(
            new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
      for (String line; (line = reader.readLine()) != null; ) {
        synchronized (lines) {
          lines.add(line);
        }
        if (line.startsWith(LAST_WHEN_READY)) {
          ready.countDown();
        }
      }
    } catch (IOException e) {
      synchronized (lines) {
        lines.add("output broke off: " + e);
      }
    }
  }

  private void awaitReady() throws Exception {
    for (int waited = 0; !ready.await(1, TimeUnit.SECONDS); waited++) {
      if (!process.isAlive() || waited > PATIENCE_SECONDS) {
        process.destroyForcibly();
        throw new AssertionError("the platform did not get ready:\n" + output());
      }
    }
  }

  /// All that it printed so far.
  String output() {
    synchronized (lines) {
      return String.join("\n", lines);
    }
  }

  /// Base address, from the file in which it writes itself down.
  String address() {
    try {
      return Files.readString(folder.resolve("running.json"))
          .replaceAll("(?s).*\"address\":\"([^\"]+)\".*", "$1");
    } catch (IOException e) {
      throw new AssertionError("no running.json:\n" + output(), e);
    }
  }

  long pid() {
    return process.pid();
  }

  /// Its exit code; it must end by itself.
  int exitCode() throws InterruptedException {
    if (!process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
      process.destroyForcibly();
      throw new AssertionError("it did not end:\n" + output());
    }
    reader.join();
    return process.exitValue();
  }

  /// `kill -9`.
  void kill() throws InterruptedException {
    process.destroyForcibly();
    process.waitFor();
  }

  /// `kill`, as Ctrl-C does; returns when it has ended.
  void stop() throws InterruptedException {
    close();
    reader.join();
  }

  /// By its handle: Process.destroy would also close its output.
  @Override
  public void close() {
    process.toHandle().destroy();
    var patience = CompletableFuture.delayedExecutor(60, TimeUnit.SECONDS);
    patience.execute(process::destroyForcibly);
    process.onExit().join();
  }
}
