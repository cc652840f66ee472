package dev.cft.trainer.launching;

import dev.cft.store.StoreJson;
import dev.cft.trainer.runs.RunFolder;
import java.io.IOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;
import tools.jackson.core.JacksonException;

/// `trainer.pid`: which process works in a run folder, so that the next service finds it after the
/// one that started it has died.
///
/// @param host the machine, since a pid says nothing on another
record ProcessRecord(long pid, String host) {
  static ProcessRecord ofThisProcess() {
    return new ProcessRecord(ProcessHandle.current().pid(), thisHost());
  }

  void write(RunFolder folder) throws IOException {
    folder.write(file(folder), this);
  }

  /// The recorded process where it still works in that folder. A pid may have been given to another
  /// program since: only one that names the folder on its command line is taken for ours. One that
  /// has ended, and whose parent has not taken note, has none.
  static Optional<ProcessHandle> alive(RunFolder folder) {
    return read(folder)
        .filter(found -> found.host().equals(thisHost()))
        .flatMap(found -> ProcessHandle.of(found.pid()))
        .filter(ProcessHandle::isAlive)
        .filter(process -> worksIn(process, folder));
  }

  private static boolean worksIn(ProcessHandle process, RunFolder folder) {
    return process
        .info()
        .arguments()
        .map(arguments -> Arrays.asList(arguments).contains(folder.path().toString()))
        .orElse(false);
  }

  private static Optional<ProcessRecord> read(RunFolder folder) {
    try {
      return Optional.of(
          StoreJson.mapper().readValue(Files.readAllBytes(file(folder)), ProcessRecord.class));
    } catch (IOException | JacksonException none) {
      return Optional.empty();
    }
  }

  private static Path file(RunFolder folder) {
    return folder.path().resolve("trainer.pid");
  }

  static String thisHost() {
    try {
      return InetAddress.getLocalHost().getHostName();
    } catch (UnknownHostException nameless) {
      return "localhost";
    }
  }
}
