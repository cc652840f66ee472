package dev.cft.lm.hub;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// Where models come from and where they are kept: the variables of the Python tools.
///
/// @param endpoint the hub or a mirror of it
/// @param cache the folder of all repositories
/// @param token sent to the endpoint and to nobody else
/// @param offline nothing is asked, the cache must have it
/// @param patience how long a connection may say nothing
public record HubSettings(
    URI endpoint, Path cache, Optional<String> token, boolean offline, Duration patience) {
  private static final Set<String> YES = Set.of("1", "ON", "YES", "TRUE");

  /// From `HF_ENDPOINT`, `HF_HUB_CACHE`, `HF_HOME`, `XDG_CACHE_HOME`, `HF_TOKEN`, `HF_TOKEN_PATH`
  /// and `HF_HUB_OFFLINE`.
  ///
  /// @throws HubException if the endpoint is no http address
  public static HubSettings of(Map<String, String> environment) {
    var home =
        path(environment, "HF_HOME")
            .orElseGet(() ->
                path(environment, "XDG_CACHE_HOME")
                    .orElseGet(() -> Path.of(System.getProperty("user.home"), ".cache"))
                    .resolve("huggingface"));
    return new HubSettings(
        endpoint(environment.getOrDefault("HF_ENDPOINT", "https://huggingface.co")),
        path(environment, "HF_HUB_CACHE").orElseGet(() -> home.resolve("hub")),
        token(environment, home),
        YES.contains(
            environment.getOrDefault("HF_HUB_OFFLINE", "").toUpperCase(java.util.Locale.ROOT)),
        Duration.ofSeconds(30));
  }

  private static Optional<Path> path(Map<String, String> environment, String name) {
    return Optional.ofNullable(environment.get(name)).filter(text -> !text.isBlank()).map(Path::of);
  }

  private static URI endpoint(String text) {
    try {
      var address = URI.create(text.strip().replaceAll("/+$", ""));
      if (address.getHost() != null && Set.of("http", "https").contains(address.getScheme())) {
        return address;
      }
    } catch (IllegalArgumentException _) {
      // said below
    }
    throw new HubException("HF_ENDPOINT must be an http address, got '%s'".formatted(text));
  }

  private static Optional<String> token(Map<String, String> environment, Path home) {
    var given = environment.getOrDefault("HF_TOKEN", "").strip();
    if (!given.isEmpty()) {
      return Optional.of(given);
    }
    var file = path(environment, "HF_TOKEN_PATH").orElse(home.resolve("token"));
    try {
      return Files.isRegularFile(file)
          ? Optional.of(Files.readString(file).strip()).filter(text -> !text.isEmpty())
          : Optional.empty();
    } catch (IOException e) {
      throw new HubException(
          "the token in %s cannot be read: %s".formatted(file, e.getMessage()), e);
    }
  }

  /// Without the token.
  @Override
  public String toString() {
    return "hub %s, cache %s%s".formatted(endpoint, cache, offline ? ", offline" : "");
  }
}
