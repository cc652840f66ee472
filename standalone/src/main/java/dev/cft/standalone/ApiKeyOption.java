package dev.cft.standalone;

import dev.cft.standalone.platform.DataFolder;
import dev.cft.standalone.platform.StartException;
import java.io.IOException;
import java.nio.file.Files;

/// The key for a platform that runs already: `CFT_API_KEY`, else the data folder's operator key.
final class ApiKeyOption {
  private ApiKeyOption() {}

  static String of(DataFolder folder) {
    var named = System.getenv("CFT_API_KEY");
    if (named != null && !named.isBlank()) {
      return named.strip();
    }
    try {
      return Files.readString(folder.operatorKey()).strip();
    } catch (IOException e) {
      throw new StartException(
          "no API key: set CFT_API_KEY, or name the platform's data folder with --data-dir (%s cannot be read)"
              .formatted(folder.operatorKey()));
    }
  }
}
