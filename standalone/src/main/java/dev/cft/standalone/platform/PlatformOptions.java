package dev.cft.standalone.platform;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/// What a platform is started with.
///
/// @param host address that the gateway listens on; the services listen on the loopback address
///   only
/// @param port of the gateway; 0 for a free one
/// @param database a Postgres of the user's; none for the embedded one
/// @param baseModels folders with checkpoints that are offered as base models
/// @param settings further properties of every service, `name=value`
public record PlatformOptions(
    DataFolder folder,
    String host,
    int port,
    Optional<Database> database,
    List<Path> baseModels,
    List<String> settings) {
  public PlatformOptions {
    baseModels = List.copyOf(baseModels);
    settings = List.copyOf(settings);
  }

  /// A Postgres that runs already.
  ///
  /// @param url `jdbc:postgresql://host:port/database`
  public record Database(String url, String user, String password) {}
}
