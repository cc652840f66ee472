package dev.cft.standalone.postgres;

import java.nio.file.Path;

/// Where tests unpack Postgres' programs, once for all of them.
public final class TestCache {
  private TestCache() {}

  public static Path folder() {
    return Path.of("target", "test-cache").toAbsolutePath();
  }
}
