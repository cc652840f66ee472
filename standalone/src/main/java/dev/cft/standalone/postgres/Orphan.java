package dev.cft.standalone.postgres;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/// What an earlier run left behind when it was killed: a Postgres that still serves the data, or
/// only its pid file.
///
/// The caller holds the data folder's lock, so whatever runs here belongs to nobody.
final class Orphan {
  private final PostgresFolder folder;
  private final PostgresPrograms programs;

  Orphan(PostgresFolder folder, PostgresPrograms programs) {
    this.folder = folder;
    this.programs = programs;
  }

  /// Stops a Postgres that still runs on the data; removes a pid file that names another program.
  void clear(Consumer<String> say) {
    var pid = recordedPid();
    if (pid.isEmpty()) {
      return;
    }
    var process = ProcessHandle.of(pid.get()).filter(ProcessHandle::isAlive);
    if (process.isPresent() && isOurs(process.get())) {
      say.accept(
          "an earlier run was killed and left its Postgres running (process %d): stopping it"
              .formatted(pid.get()));
      programs.stop(folder.data());
    } else {
      say.accept("an earlier run was killed: Postgres recovers the data from its log");
      removePidFile();
    }
  }

  private Optional<Long> recordedPid() {
    try {
      List<String> lines =
          Files.exists(folder.postmasterPid())
              ? Files.readAllLines(folder.postmasterPid())
              : List.of();
      return lines.stream()
          .findFirst()
          .map(String::strip)
          .filter(l -> !l.isEmpty())
          .map(Long::valueOf);
    } catch (IOException | NumberFormatException e) {
      throw new PostgresException(
          "%s cannot be read: %s".formatted(folder.postmasterPid(), e.getMessage()), e);
    }
  }

  /// The pid may long belong to another program: only a postgres that has this folder as its own
  /// counts.
  private boolean isOurs(ProcessHandle process) {
    var command = process.info().command().map(Path::of).map(Path::getFileName);
    return command.map(Path::toString).filter("postgres"::equals).isPresent()
        && process
            .info()
            .commandLine()
            .filter(line -> line.contains(folder.data().toString()))
            .isPresent();
  }

  /// Postgres would refuse to start while another program has the pid.
  private void removePidFile() {
    try {
      Files.deleteIfExists(folder.postmasterPid());
    } catch (IOException e) {
      throw new PostgresException("%s cannot be removed".formatted(folder.postmasterPid()), e);
    }
  }
}
