package dev.cft.standalone;

import dev.cft.standalone.client.PlatformClient;
import dev.cft.standalone.platform.DataFolder;
import dev.cft.standalone.platform.Running;
import dev.cft.standalone.platform.StartException;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/// `--url` and `--data-dir`, for commands that talk to a platform.
final class PlatformAddress {
  @Option(
      names = "--url",
      paramLabel = "URL",
      description =
          "Use the platform that runs there; its key comes from $CFT_API_KEY or --data-dir.")
  private @Nullable String url;

  @Mixin private final DataOptions data = new DataOptions();

  DataFolder folder() {
    return data.folder();
  }

  /// The named folder itself, or one inside the standard one.
  DataFolder folderOr(String sub) {
    return data.folderOr(sub);
  }

  /// The platform at `--url`, if one is named.
  Optional<PlatformClient> named() {
    return Optional.ofNullable(url).map(this::client);
  }

  /// The platform at `--url`, else the one that serves the data folder.
  ///
  /// @throws StartException none is named and none runs, or there is no key
  PlatformClient client() {
    return named()
        .orElseGet(() ->
            client(
                Running.find(folder())
                    .map(Running::address)
                    .orElseThrow(() ->
                        new StartException(
                            "no platform serves %s; start one with ./cft up, or name one with --url"
                                .formatted(folder().path())))));
  }

  private PlatformClient client(String address) {
    return new PlatformClient(address, ApiKeyOption.of(folder()));
  }
}
