package dev.cft.store.artifacts;

import dev.cft.store.Sha256;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.NavigableMap;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;

/// Local copies of remote folders. A copy is named after the content's marks, so that a changed
/// folder is downloaded again, and appears when it is whole.
final class DownloadedFolders {
  /// Reads a remote key.
  interface Source {
    InputStream open(String key) throws IOException;
  }

  private final Path root;
  private final ConcurrentMap<Path, Object> locks = new ConcurrentHashMap<>();

  DownloadedFolders(Path root) throws IOException {
    this.root = Files.createDirectories(root).toRealPath();
  }

  /// The copy of what lies under `prefix`.
  ///
  /// @param versions its keys, each with a mark that changes with the content
  Path folder(String prefix, NavigableMap<String, String> versions, Source source)
      throws IOException {
    var copy = root.resolve(Sha256.of(prefix + versions));
    synchronized (locks.computeIfAbsent(copy, path -> new Object())) {
      if (!Files.isDirectory(copy)) {
        download(prefix, versions.keySet(), source, copy);
      }
    }
    return copy;
  }

  private void download(String prefix, Iterable<String> keys, Source source, Path copy)
      throws IOException {
    var incoming =
        Files.createDirectories(root.resolve(".incoming")).resolve(UUID.randomUUID().toString());
    try {
      for (var key : keys) {
        var file = incoming.resolve(new ArtifactKey(key).value().substring(prefix.length() + 1));
        Files.createDirectories(file.resolveSibling("."));
        try (var content = source.open(key)) {
          Files.copy(content, file);
        }
      }
      Files.move(incoming, copy, StandardCopyOption.ATOMIC_MOVE);
    } finally {
      LocalArtifacts.deleteTree(incoming);
    }
  }
}
