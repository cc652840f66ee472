package dev.cft.standalone.postgres;

import com.sun.security.auth.module.UnixSystem;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/// Runs Postgres' programs.
///
/// Postgres refuses to run as root. As root they run in a user namespace of their own, in which
/// they are nobody and yet may use the files.
final class PostgresPrograms {
  private static final int SECONDS = 180;

  private final Path folder;
  private final boolean root;

  PostgresPrograms(Path folder) {
    this.folder = folder;
    this.root = new UnixSystem().getUid() == 0;
    if (root) {
      requireNamespaces();
    }
  }

  /// Runs one to its end; its output goes to the log.
  ///
  /// @param what what it does to Postgres, for the message when it fails
  /// @param command the program's name and its arguments
  void run(String what, List<String> command, Path log) {
    int code = execute(command, ProcessBuilder.Redirect.appendTo(log.toFile()));
    if (code != 0) {
      throw new PostgresException(
          "could not %s the embedded Postgres (%s ended with %d): %s"
              .formatted(what, command.getFirst(), code, lastLine(log)));
    }
  }

  /// Stops whatever serves this data folder; returns when it is gone.
  void stop(Path data) {
    var command =
        List.of("pg_ctl", "stop", "-m", "fast", "-w", "-s", "-t", "60", "-D", data.toString());
    if (execute(command, ProcessBuilder.Redirect.DISCARD) != 0
        && Files.exists(data.resolve("postmaster.pid"))) {
      throw new PostgresException("the embedded Postgres on %s did not stop".formatted(data));
    }
  }

  private int execute(List<String> command, ProcessBuilder.Redirect output) {
    var whole = new ArrayList<String>();
    if (root) {
      whole.addAll(List.of("unshare", "-U"));
    }
    whole.add(folder.resolve("bin").resolve(command.getFirst()).toString());
    whole.addAll(command.subList(1, command.size()));
    var builder =
        new ProcessBuilder(whole)
            .directory(folder.toFile())
            .redirectErrorStream(true)
            .redirectOutput(output);
    builder.environment().put("LC_ALL", "C");
    builder.environment().keySet().removeIf(name -> name.startsWith("PG"));
    return await(builder);
  }

  private static int await(ProcessBuilder builder) {
    try {
      var process = builder.start();
      process.getOutputStream().close();
      if (!process.waitFor(SECONDS, TimeUnit.SECONDS)) {
        process.destroyForcibly();
        throw new PostgresException(
            "%s was not done after %d s".formatted(builder.command(), SECONDS));
      }
      return process.exitValue();
    } catch (IOException e) {
      throw new PostgresException("%s could not be run".formatted(builder.command()), e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new PostgresException("interrupted while Postgres was started or stopped", e);
    }
  }

  private static void requireNamespaces() {
    boolean works;
    try {
      works =
          await(
                  new ProcessBuilder("unshare", "-U", "true")
                      .redirectErrorStream(true)
                      .redirectOutput(ProcessBuilder.Redirect.DISCARD))
              == 0;
    } catch (PostgresException e) {
      works = false;
    }
    if (!works) {
      throw new PostgresException(
          "Postgres does not run as root, and this system offers no user namespace (unshare -U) to hide it in; "
              + "run cft as an ordinary user, or name a Postgres of yours with --database-url");
    }
  }

  private static String lastLine(Path log) {
    try (var lines = Files.lines(log)) {
      return lines.filter(line -> !line.isBlank()).reduce((_, last) -> last).orElse("no output")
          + " (more in "
          + log
          + ")";
    } catch (IOException e) {
      return "see " + log;
    }
  }
}
