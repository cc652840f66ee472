package dev.cft.standalone;

import dev.cft.standalone.platform.DataFolder;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/// `--data-dir`, for every command that has to do with a platform.
final class DataOptions {
  @Option(
      names = "--data-dir",
      paramLabel = "DIR",
      description = {
        "Where everything is kept: database, files, models, logs, key.",
        "Default: $CFT_DATA_DIR, else cft in $XDG_DATA_HOME or ~/.local/share."
      })
  private @Nullable Path dataDir;

  DataFolder folder() {
    return dataDir == null ? DataFolder.standard(System.getenv()) : new DataFolder(dataDir);
  }

  /// The named folder itself, or one inside the standard one.
  DataFolder folderOr(String sub) {
    return dataDir == null
        ? DataFolder.standard(System.getenv()).sub(sub)
        : new DataFolder(dataDir);
  }
}
