package dev.cft.store.artifacts;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/// A folder that is copied into the store.
final class ArtifactFolder {
  private static final Comparator<String> LAST_COMES_LAST =
      Comparator.comparing((String file) -> file.equals("config.json"))
          .thenComparing(Comparator.naturalOrder());

  private static final Pattern HIDDEN = Pattern.compile("(^|/)\\.");

  private ArtifactFolder() {}

  /// Its files as relative paths with `/`, `config.json` last; hidden ones are left out.
  static List<String> files(Path folder) throws IOException {
    try (Stream<Path> files = Files.walk(folder)) {
      return files
          .filter(Files::isRegularFile)
          .map(file -> folder.relativize(file).toString().replace('\\', '/'))
          .filter(file -> !HIDDEN.matcher(file).find())
          .sorted(LAST_COMES_LAST)
          .toList();
    }
  }
}
