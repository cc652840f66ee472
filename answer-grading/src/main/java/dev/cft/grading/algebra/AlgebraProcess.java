package dev.cft.grading.algebra;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/// A running [AlgebraWorker] with our ends of its pipes. It ends when we do, because its input does
/// then.
final class AlgebraProcess {
  /// The heap holds 64 MB of rules; 219 MB were resident at most with a heap of 128 MB (ADR 73).
  private static final List<String> OPTIONS =
      List.of(
          "-Xmx112m",
          "-Xss2m",
          "-XX:+UseSerialGC",
          "-XX:TieredStopAtLevel=1",
          "-XX:ReservedCodeCacheSize=48m",
          "-XX:+ExitOnOutOfMemoryError",
          // What the virtual machine says itself is no answer.
          "-XX:+DisplayVMOutputToStderr",
          "-Djava.awt.headless=true");

  private static final Set<String> ENVIRONMENT = Set.of("PATH", "HOME", "LANG", "LC_ALL", "TMPDIR");

  /// How long a start may take on a machine that does much else, and an answer beyond its own limit
  /// of processor time.
  private static final Duration START = Duration.ofMinutes(2);

  private static final Duration ANSWER = Duration.ofSeconds(30);
  private static final String END = "";

  private final Process process;
  private final Writer input;
  private final BlockingQueue<String> lines = new LinkedBlockingQueue<>();

  private AlgebraProcess(Process process) {
    this.process = process;
    this.input = process.outputWriter(StandardCharsets.UTF_8);
    Thread.ofPlatform()
        .daemon()
        .name("computer-algebra")
        .start(() -> readAll(process.inputReader(StandardCharsets.UTF_8)));
  }

  /// A process that is ready to answer; empty where it cannot be started.
  static Optional<AlgebraProcess> start() throws InterruptedException {
    var java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
    var command = new ArrayList<>(List.of(java));
    command.addAll(OPTIONS);
    command.add(AlgebraWorker.class.getName());
    var builder = new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.DISCARD);
    builder.environment().keySet().retainAll(ENVIRONMENT);
    builder.environment().put("CLASSPATH", System.getProperty("java.class.path"));
    try {
      return ready(new AlgebraProcess(builder.start()));
    } catch (IOException e) {
      return Optional.empty();
    }
  }

  private static Optional<AlgebraProcess> ready(AlgebraProcess started)
      throws InterruptedException {
    var ready = false;
    try {
      ready = started.next(START).filter(AlgebraWorker.READY::equals).isPresent();
    } finally {
      if (!ready) {
        started.stop();
      }
    }
    return ready ? Optional.of(started) : Optional.empty();
  }

  /// The answer to a line; empty where there is none, after which this is of no use any more.
  Optional<String> answer(String line) throws InterruptedException {
    try {
      input.write(line + "\n");
      input.flush();
    } catch (IOException e) {
      return Optional.empty();
    }
    return next(ANSWER);
  }

  boolean isAlive() {
    return process.isAlive();
  }

  void stop() {
    process.destroyForcibly();
  }

  private Optional<String> next(Duration wait) throws InterruptedException {
    return Optional.ofNullable(lines.poll(wait.toMillis(), TimeUnit.MILLISECONDS))
        .filter(line -> !line.equals(END));
  }

  private void readAll(BufferedReader output) {
    try (output) {
      for (var line = output.readLine(); line != null; line = output.readLine()) {
        lines.add(line);
      }
    } catch (IOException e) {
      // The pipe broke: the process is gone, which the line below says.
    }
    lines.add(END);
  }
}
