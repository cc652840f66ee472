package dev.cft.standalone;

import java.nio.file.Path;

/// The base model that is shipped with the platform.
final class DemoBaseModel {
  static final String NAME = "cft-demo-base";

  private DemoBaseModel() {}

  /// Its checkpoint: `models/cft-demo-base` in the folder that the cft script names, or in the
  /// working directory.
  static Path folder() {
    return Path.of(System.getProperty("cft.home", ""))
        .toAbsolutePath()
        .resolve("models")
        .resolve(NAME);
  }
}
