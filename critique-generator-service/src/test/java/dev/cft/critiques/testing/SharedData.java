package dev.cft.critiques.testing;

import java.nio.file.Path;

/// Real data beside the project; tests that need it skip where it is absent.
public final class SharedData {
  private SharedData() {}

  /// A file or folder of it, there or not.
  public static Path path(String name) {
    var root = System.getProperty("maven.multiModuleProjectDirectory", "..");
    return Path.of(root, "../shared/data").resolve(name).toAbsolutePath().normalize();
  }
}
