package dev.cft.lm;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Comparator;

/// Folders that appear whole or not at all, whatever ends the process.
public final class WholeFolder {
  private WholeFolder() {}

  /// Something that writes files into a folder.
  @FunctionalInterface
  public interface Content {
    void write(Path folder) throws IOException;
  }

  /// Lets `content` write to a temporary folder beside the target, waits for the disk and renames
  /// it. A failure leaves nothing behind.
  public static void write(Path folder, Content content) throws IOException {
    var temporary = folder.resolveSibling("." + folder.getFileName() + ".tmp");
    delete(temporary);
    try {
      Files.createDirectories(temporary);
      content.write(temporary);
      sync(temporary);
      Files.move(temporary, folder, StandardCopyOption.ATOMIC_MOVE);
      force(folder.toAbsolutePath().resolve("..").normalize());
    } catch (IOException | RuntimeException e) {
      delete(temporary);
      throw e;
    }
  }

  /// Deletes a folder and what is in it, if it exists. It is renamed first, so that nobody finds
  /// half of it under its name.
  public static void delete(Path folder) throws IOException {
    var leaving = folder.resolveSibling("." + folder.getFileName() + ".deleted");
    empty(leaving);
    try {
      Files.move(folder, leaving, StandardCopyOption.ATOMIC_MOVE);
    } catch (NoSuchFileException gone) {
      return;
    }
    empty(leaving);
  }

  private static void empty(Path folder) throws IOException {
    if (Files.exists(folder)) {
      try (var paths = Files.walk(folder)) {
        for (var path : paths.sorted(Comparator.reverseOrder()).toList()) {
          Files.delete(path);
        }
      }
    }
  }

  private static void sync(Path folder) throws IOException {
    try (var paths = Files.walk(folder)) {
      for (var path : paths.sorted(Comparator.reverseOrder()).toList()) {
        force(path);
      }
    }
  }

  private static void force(Path path) throws IOException {
    try (var channel = FileChannel.open(path, StandardOpenOption.READ)) {
      channel.force(true);
    }
  }
}
