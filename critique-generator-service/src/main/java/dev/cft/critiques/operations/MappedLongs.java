package dev.cft.critiques.operations;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.channels.FileChannel;
import java.nio.channels.FileChannel.MapMode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/// An array of longs, zero at first, in a temporary file that is mapped into memory: the heap stays
/// small however many rows are compared.
final class MappedLongs implements AutoCloseable {
  private final Arena arena = Arena.ofShared();
  private final Path file;
  private final MemorySegment longs;

  MappedLongs(Path folder, long size) {
    try {
      file = Files.createTempFile(folder, "rows", ".index");
      try (var channel =
          FileChannel.open(file, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
        longs = channel.map(MapMode.READ_WRITE, 0, size * Long.BYTES, arena);
      }
    } catch (IOException e) {
      arena.close();
      throw new UncheckedIOException("no room for an index of %d bytes".formatted(size * 8), e);
    }
  }

  long get(long index) {
    return longs.getAtIndex(ValueLayout.JAVA_LONG, index);
  }

  void set(long index, long value) {
    longs.setAtIndex(ValueLayout.JAVA_LONG, index, value);
  }

  @Override
  public void close() {
    arena.close();
    try {
      Files.deleteIfExists(file);
    } catch (IOException e) {
      throw new UncheckedIOException("a temporary file cannot be deleted", e);
    }
  }
}
