package dev.cft.standalone.postgres;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.stream.Stream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.apache.commons.compress.compressors.xz.XZCompressorInputStream;
import org.jspecify.annotations.Nullable;

/// The Postgres programs, unpacked from the class path into a cache folder.
///
/// They are unpacked under another name and renamed when whole, so that a folder of the final name
/// is complete; one in which a program is missing all the same is removed and unpacked again.
final class PostgresBinaries {
  private static final List<String> PROGRAMS = List.of("initdb", "pg_ctl", "postgres");

  private final Path cache;

  PostgresBinaries(Path cache) {
    this.cache = cache;
  }

  /// The folder that holds `bin/`, `lib/` and `share/`.
  Path folder() {
    var archive = archive();
    var folder = cache.resolve("postgres-" + version(archive));
    try {
      Files.createDirectories(cache);
      try (var channel =
              FileChannel.open(
                  cache.resolve("postgres.lock"),
                  StandardOpenOption.CREATE,
                  StandardOpenOption.WRITE);
          var _ = channel.lock()) {
        if (!whole(folder)) {
          unpackAnew(archive, folder);
        }
      }
      return folder;
    } catch (IOException e) {
      throw new PostgresException(
          "Postgres could not be unpacked to %s: %s".formatted(folder, e), e);
    }
  }

  private void unpackAnew(String archive, Path folder) throws IOException {
    try (Stream<Path> left = Files.list(cache)) {
      left.filter(path -> path.getFileName().toString().startsWith(folder.getFileName().toString()))
          .forEach(PostgresBinaries::delete);
    }
    var part = folder.resolveSibling(folder.getFileName() + ".part");
    unpack(archive, part);
    Files.move(part, folder);
  }

  private static boolean whole(Path folder) {
    return PROGRAMS.stream().map(folder.resolve("bin")::resolve).allMatch(Files::isExecutable);
  }

  private static void unpack(String archive, Path target) throws IOException {
    try (InputStream packed = open(archive);
        var tar =
            new TarArchiveInputStream(
                new XZCompressorInputStream(new BufferedInputStream(packed)))) {
      for (TarArchiveEntry entry; (entry = tar.getNextEntry()) != null; ) {
        var path = target.resolve(entry.getName()).normalize();
        if (!path.startsWith(target)) {
          throw new IOException("an entry leads out of the archive: " + entry.getName());
        }
        unpack(tar, entry, path);
      }
    }
  }

  private static void unpack(TarArchiveInputStream tar, TarArchiveEntry entry, Path path)
      throws IOException {
    if (entry.isDirectory()) {
      Files.createDirectories(path);
      return;
    }
    Files.createDirectories(path.getParent());
    if (entry.isSymbolicLink()) {
      Files.createSymbolicLink(path, Path.of(entry.getLinkName()));
      return;
    }
    Files.copy(tar, path);
    var executable = (entry.getMode() & 0100) != 0;
    Files.setPosixFilePermissions(
        path, PosixFilePermissions.fromString(executable ? "rwxr-xr-x" : "rw-r--r--"));
  }

  private static InputStream open(String archive) throws IOException {
    var stream = PostgresBinaries.class.getResourceAsStream("/" + archive);
    if (stream == null) {
      throw new IOException(archive + " is not on the class path");
    }
    return stream;
  }

  /// Zonky's name of the archive for this system.
  private static String archive() {
    var system = System.getProperty("os.name").toLowerCase(Locale.ROOT);
    var machine = System.getProperty("os.arch");
    var name =
        "postgres-%s-%s.txz"
            .formatted(
                system.startsWith("mac") ? "darwin" : system,
                machine.equals("aarch64") ? "arm_64" : "x86_64");
    if (PostgresBinaries.class.getResource("/" + name) == null) {
      throw new PostgresException(
          "there is no embedded Postgres for %s on %s in this build; name a Postgres of yours with --database-url"
              .formatted(system, machine));
    }
    return name;
  }

  /// A changed archive gets another folder.
  private static String version(String archive) {
    try {
      var resource = Objects.requireNonNull(PostgresBinaries.class.getResource("/" + archive));
      var size = resource.openConnection().getContentLengthLong();
      return Long.toHexString(size) + archive.replace("postgres", "").replace(".txz", "");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void delete(Path path) {
    try {
      Files.walkFileTree(
          path,
          new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes)
                throws IOException {
              Files.delete(file);
              return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult postVisitDirectory(Path folder, @Nullable IOException error)
                throws IOException {
              Files.delete(folder);
              return FileVisitResult.CONTINUE;
            }
          });
    } catch (IOException e) {
      throw new UncheckedIOException("half-unpacked Postgres could not be removed", e);
    }
  }
}
