package dev.cft.standalone.platform;

import dev.cft.store.StoreJson;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Optional;
import tools.jackson.core.JacksonException;

/// The process that serves a data folder, as it wrote itself down there.
///
/// @param pid of its JVM
/// @param address of the gateway, such as `http://localhost:8080`
public record Running(long pid, String address) {
  /// The process that serves the folder now.
  public static Optional<Running> find(DataFolder folder) {
    return recorded(folder)
        .filter(
            running -> ProcessHandle.of(running.pid()).filter(ProcessHandle::isAlive).isPresent());
  }

  /// What the folder says; whether that process still lives is not asked.
  static Optional<Running> recorded(DataFolder folder) {
    try {
      if (!Files.exists(folder.running())) {
        return Optional.empty();
      }
      return Optional.of(
          StoreJson.mapper().readValue(Files.readString(folder.running()), Running.class));
    } catch (IOException | JacksonException e) {
      return Optional.empty();
    }
  }

  void write(DataFolder folder) throws IOException {
    Path part = folder.path().resolve("running.json.part");
    Files.writeString(part, StoreJson.mapper().writeValueAsString(this) + "\n");
    Files.move(
        part,
        folder.running(),
        StandardCopyOption.ATOMIC_MOVE,
        StandardCopyOption.REPLACE_EXISTING);
  }
}
