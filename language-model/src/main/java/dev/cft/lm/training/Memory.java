package dev.cft.lm.training;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.OptionalLong;

/// The memory of this process, as Linux tells it.
final class Memory {
  private static final Path STATUS = Path.of("/proc/self/status");

  private Memory() {}

  /// The most memory that the process had resident so far, in bytes.
  static OptionalLong peak() {
    try (var lines = Files.lines(STATUS)) {
      return lines
          .filter(line -> line.startsWith("VmHWM:"))
          .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")) * 1024)
          .findFirst();
    } catch (IOException _) {
      return OptionalLong.empty();
    }
  }
}
