package dev.cft.trainer.training;

import dev.cft.trainer.runs.RunFolder;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;

/// Notices a training process that has its place and does nothing: no line of any of its logs and
/// no file in its run folder for too long. Only changes count, so clocks may differ.
final class Silence {
  private final Duration most;
  private final List<Path> places;
  private List<FileTime> last = List.of();
  private long since = System.nanoTime();

  Silence(RunFolder folder, Duration most) {
    this.most = most;
    this.places = List.of(folder.path(), folder.log(), folder.stdout(), folder.stderr());
  }

  /// Looks once more.
  ///
  /// @param isActive whether it is known otherwise that something goes on, or has no place to
  boolean isTooLong(boolean isActive) {
    List<FileTime> now = places.stream().flatMap(Silence::changed).toList();
    if (isActive || !now.equals(last)) {
      last = now;
      since = System.nanoTime();
    }
    return System.nanoTime() - since > most.toNanos();
  }

  private static Stream<FileTime> changed(Path file) {
    try {
      return Files.exists(file) ? Stream.of(Files.getLastModifiedTime(file)) : Stream.empty();
    } catch (IOException failure) {
      throw new UncheckedIOException("cannot look at " + file, failure);
    }
  }

  String words() {
    return "the training process hung: it wrote nothing for %d s (cft.trainer.silence)"
        .formatted(most.toSeconds());
  }
}
