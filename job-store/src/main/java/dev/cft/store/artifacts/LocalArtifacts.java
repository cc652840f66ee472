package dev.cft.store.artifacts;

import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import java.util.stream.Stream;

/// Artifacts in a folder of this machine, or one that all machines share. What is being written
/// lies in `.incoming` and is moved when it is whole and on disk.
final class LocalArtifacts implements ArtifactStore {
  private static final String INCOMING = ".incoming";

  private final Path root;

  LocalArtifacts(Path root) throws IOException {
    this.root = Files.createDirectories(root).toRealPath();
  }

  @Override
  public void put(String key, InputStream content) throws IOException {
    var target = path(key);
    var incoming = incoming();
    try {
      write(content, incoming);
      publish(incoming, target);
    } finally {
      Files.deleteIfExists(incoming);
    }
  }

  /// The folder appears whole, by one rename; what was there before is set aside first.
  @Override
  public void putFolder(String prefix, Path folder) throws IOException {
    var target = path(prefix);
    var incoming = Files.createDirectory(incoming());
    var replaced = incoming();
    try {
      copy(folder, incoming, new ArtifactKey(prefix));
      if (Files.exists(target)) {
        Files.move(target, replaced, StandardCopyOption.ATOMIC_MOVE);
      }
      publish(incoming, target);
    } finally {
      deleteTree(incoming);
      deleteTree(replaced);
    }
  }

  @Override
  public InputStream open(String key) throws IOException {
    return Files.newInputStream(requireFile(key));
  }

  @Override
  public boolean exists(String key) {
    return Files.isRegularFile(path(key), LinkOption.NOFOLLOW_LINKS);
  }

  @Override
  public List<String> list(String prefix) throws IOException {
    var start = path(prefix);
    if (!Files.exists(start)) {
      return List.of();
    }
    try (Stream<Path> files = Files.walk(start)) {
      return files
          .filter(file -> Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS))
          .map(file -> root.relativize(file).toString().replace('\\', '/'))
          .sorted()
          .toList();
    }
  }

  @Override
  public Path folder(String prefix) throws IOException {
    var folder = path(prefix);
    if (!Files.isDirectory(folder)) {
      throw new NoSuchFileException(prefix, null, "no artifacts under this prefix");
    }
    return folder;
  }

  @Override
  public void delete(String prefixOrKey) throws IOException {
    deleteTree(path(prefixOrKey));
  }

  private Path path(String key) {
    return root.resolve(new ArtifactKey(key).value());
  }

  private Path requireFile(String key) throws IOException {
    var file = path(key);
    if (!Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)) {
      throw new NoSuchFileException(key, null, "no such artifact");
    }
    return file;
  }

  private Path incoming() throws IOException {
    return Files.createDirectories(root.resolve(INCOMING)).resolve(UUID.randomUUID().toString());
  }

  private static void write(InputStream content, Path file) throws IOException {
    try (var channel =
        FileChannel.open(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
      content.transferTo(Channels.newOutputStream(channel));
      channel.force(true);
    }
  }

  private static void copy(Path folder, Path incoming, ArtifactKey prefix) throws IOException {
    for (var file : ArtifactFolder.files(folder)) {
      prefix.child(file);
      var copy = incoming.resolve(file);
      Files.createDirectories(parent(copy));
      try (var content = Files.newInputStream(folder.resolve(file))) {
        write(content, copy);
      }
      syncParent(copy);
    }
  }

  private static void publish(Path file, Path target) throws IOException {
    Files.createDirectories(parent(target));
    Files.move(file, target, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    syncParent(target);
  }

  /// Makes the new name itself durable.
  private static void syncParent(Path file) throws IOException {
    try (var channel = FileChannel.open(parent(file))) {
      channel.force(true);
    }
  }

  private static Path parent(Path file) {
    return Objects.requireNonNull(file.getParent());
  }

  static void deleteTree(Path top) throws IOException {
    if (!Files.exists(top, LinkOption.NOFOLLOW_LINKS)) {
      return;
    }
    Files.walkFileTree(
        top,
        new SimpleFileVisitor<>() {
          @Override
          public FileVisitResult visitFile(Path file, BasicFileAttributes attributes)
              throws IOException {
            Files.delete(file);
            return FileVisitResult.CONTINUE;
          }

          @Override
          public FileVisitResult postVisitDirectory(
              Path folder, @org.jspecify.annotations.Nullable IOException e) throws IOException {
            Files.delete(folder);
            return FileVisitResult.CONTINUE;
          }
        });
  }
}
