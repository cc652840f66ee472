package dev.cft.lm.hub;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Objects;
import java.util.Optional;

/// One repository in the cache, laid out as huggingface_hub does: contents under `blobs` by their
/// ETag, `snapshots/COMMIT/FILE` links to them, `refs/REVISION` names a commit.
final class HubCache {
  private final Path root;
  private final Path folder;

  HubCache(Path root, HubRepository.Kind kind, HubId id) {
    this.root = root;
    this.folder = root.resolve(kind.plural() + "--" + id.repository().replace("/", "--"));
  }

  /// The folder of a revision that is in the cache, by a name or a commit.
  Optional<Path> snapshot(String revision) throws IOException {
    var ref = folder.resolve("refs").resolve(revision);
    var commit = Files.isRegularFile(ref) ? Files.readString(ref).strip() : revision;
    var snapshot = folder.resolve("snapshots").resolve(commit);
    return Files.isDirectory(snapshot) ? Optional.of(snapshot) : Optional.empty();
  }

  Path snapshotOf(String commit) {
    return folder.resolve("snapshots").resolve(commit);
  }

  Path blob(String etag) {
    return folder.resolve("blobs").resolve(etag);
  }

  /// Other processes that want the same content wait until this is closed.
  FileChannel lock(String etag) throws IOException {
    var locks = root.resolve(".locks").resolve(folder.getFileName());
    Files.createDirectories(locks);
    Files.createDirectories(folder.resolve("blobs"));
    var channel =
        FileChannel.open(
            locks.resolve(etag + ".lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
    try {
      channel.lock();
      return channel;
    } catch (IOException | RuntimeException e) {
      channel.close();
      throw e;
    }
  }

  /// Gives a content its name in a commit.
  void link(String commit, String file, String etag) throws IOException {
    var pointer = snapshotOf(commit).resolve(file);
    var parent = Objects.requireNonNull(pointer.getParent());
    Files.createDirectories(parent);
    try {
      Files.createSymbolicLink(pointer, parent.relativize(blob(etag)));
    } catch (FileAlreadyExistsException _) {
      // another process was faster
    } catch (UnsupportedOperationException _) {
      Files.copy(blob(etag), pointer, StandardCopyOption.REPLACE_EXISTING);
    }
  }

  /// Remembers which commit a branch or tag meant.
  void refer(String revision, String commit) throws IOException {
    if (!revision.equals(commit)) {
      var ref = folder.resolve("refs").resolve(revision);
      Files.createDirectories(ref.getParent());
      Files.writeString(ref, commit);
    }
  }
}
