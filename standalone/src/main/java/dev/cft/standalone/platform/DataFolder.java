package dev.cft.standalone.platform;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;
import java.util.Optional;

/// Where everything lies that outlives a run: database, files, models, logs, the operator's key.
///
/// @param path absolute
public record DataFolder(Path path) {
  public DataFolder {
    path = path.toAbsolutePath().normalize();
  }

  /// The user's own, by the XDG rules: `CFT_DATA_DIR`, else `cft` in `XDG_DATA_HOME`, else in
  /// `~/.local/share`.
  public static DataFolder standard(Map<String, String> environment) {
    var named = environment.get("CFT_DATA_DIR");
    if (named != null && !named.isBlank()) {
      return new DataFolder(Path.of(named));
    }
    return new DataFolder(xdg(environment, "XDG_DATA_HOME", ".local/share").resolve("cft"));
  }

  /// Where programs are unpacked that can be unpacked again: `CFT_CACHE_DIR`, else by the XDG
  /// rules.
  static Path cache(Map<String, String> environment) {
    var named = environment.get("CFT_CACHE_DIR");
    if (named != null && !named.isBlank()) {
      return Path.of(named).toAbsolutePath();
    }
    return xdg(environment, "XDG_CACHE_HOME", ".cache").resolve("cft").toAbsolutePath();
  }

  private static Path xdg(Map<String, String> environment, String variable, String otherwise) {
    return Optional.ofNullable(environment.get(variable))
        .filter(value -> !value.isBlank())
        .map(Path::of)
        .orElseGet(() -> Path.of(System.getProperty("user.home")).resolve(otherwise));
  }

  /// Makes it, for its owner only, where it is not there.
  void create() {
    try {
      var ownerOnly = PosixFilePermissions.fromString("rwx------");
      if (!Files.exists(path)) {
        Files.createDirectories(path.resolve("..").normalize());
        Files.createDirectory(path, PosixFilePermissions.asFileAttribute(ownerOnly));
      }
      Files.createDirectories(logs());
    } catch (IOException e) {
      throw new StartException(
          "the data folder %s cannot be used: %s; name another with --data-dir".formatted(path, e));
    }
  }

  /// A folder of its own inside this one.
  public DataFolder sub(String name) {
    return new DataFolder(path.resolve(name));
  }

  /// The operator's API key.
  public Path operatorKey() {
    return path.resolve("operator.key");
  }

  Path lock() {
    return path.resolve("lock");
  }

  /// Which process serves the folder, and where.
  Path running() {
    return path.resolve("running.json");
  }

  Path artifacts() {
    return path.resolve("artifacts");
  }

  Path runs() {
    return path.resolve("runs");
  }

  private Path logs() {
    return path.resolve("logs");
  }

  /// The log of the services.
  public Path log() {
    return logs().resolve("cft.log");
  }
}
