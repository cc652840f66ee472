package dev.cft.trainer.planning;

import java.util.List;
import java.util.Locale;

/// Sizes in words.
final class Bytes {
  private static final List<String> UNITS = List.of("KB", "MB", "GB", "TB");

  private Bytes() {}

  /// For instance `1.5 GB`, of 1024³ bytes.
  static String words(long bytes) {
    double size = bytes / 1024.0;
    int unit = 0;
    while (size >= 1024 && unit < UNITS.size() - 1) {
      size /= 1024;
      unit++;
    }
    return String.format(Locale.ROOT, "%.1f %s", size, UNITS.get(unit));
  }
}
