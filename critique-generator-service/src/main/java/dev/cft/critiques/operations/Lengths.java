package dev.cft.critiques.operations;

import java.util.Arrays;

/// Lengths, each with a number, eight bytes together.
final class Lengths {
  private long[] values = new long[1024];
  private int size;

  void add(int length, int tag) {
    if (size == values.length) {
      values = Arrays.copyOf(values, 2 * size);
    }
    values[size++] = ((long) length << 32) | tag;
  }

  /// By length, then number.
  long[] sorted() {
    var sorted = Arrays.copyOf(values, size);
    Arrays.sort(sorted);
    return sorted;
  }

  static int length(long value) {
    return (int) (value >>> 32);
  }

  static int tag(long value) {
    return (int) value;
  }
}
