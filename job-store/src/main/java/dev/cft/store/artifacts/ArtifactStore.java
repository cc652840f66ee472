package dev.cft.store.artifacts;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.List;

/// Bytes by key; a key is a relative path with `/`. A write is all or nothing and replaces what was
/// there.
public interface ArtifactStore {
  void put(String key, InputStream content) throws IOException;

  /// Copies a folder's files to keys under `prefix`; the last file written is `config.json` where
  /// there is one, so that a half-copied checkpoint is never taken for a whole one.
  void putFolder(String prefix, Path folder) throws IOException;

  /// Opens what was put under a key.
  ///
  /// @throws java.nio.file.NoSuchFileException no such key
  InputStream open(String key) throws IOException;

  boolean exists(String key) throws IOException;

  /// Keys under `prefix`, sorted.
  List<String> list(String prefix) throws IOException;

  /// A local folder with the files under `prefix`, read-only; downloaded once where the store is
  /// remote.
  Path folder(String prefix) throws IOException;

  /// Deletes the key or everything under the prefix.
  void delete(String prefixOrKey) throws IOException;
}
