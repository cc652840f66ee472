package dev.cft.lm.gguf;

import dev.cft.lm.CheckpointException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// Reads the numbers, texts and lists of a GGUF header one after the other; no length is believed
/// before it is compared with what is left of the file.
///
/// Format: https://github.com/ggml-org/ggml/blob/master/docs/gguf.md, versions 2 and 3.
final class GgufReader {
  private static final ValueLayout.OfInt INT =
      ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
  private static final ValueLayout.OfLong LONG =
      ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
  private static final ValueLayout.OfShort SHORT =
      ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

  /// Longest key or tensor name (the format's limits are 65,535 and 64).
  private static final int MAX_NAME = 65_535;

  /// Lists in lists (the format allows them, no model has them).
  private static final int MAX_DEPTH = 2;

  private final Path file;
  private final MemorySegment bytes;
  private long at;

  GgufReader(Path file, MemorySegment bytes) {
    this.file = file;
    this.bytes = bytes;
  }

  long position() {
    return at;
  }

  /// @param what for the message
  CheckpointException broken(String what) {
    return new CheckpointException(file, "is damaged: " + what);
  }

  private long take(long length, String what) {
    if (length < 0 || length > bytes.byteSize() - at) {
      throw broken(
          "%s at byte %d needs %s bytes, but the file has %d"
              .formatted(what, at, Long.toUnsignedString(length), bytes.byteSize()));
    }
    long start = at;
    at += length;
    return start;
  }

  int u32(String what) {
    return bytes.get(INT, take(4, what));
  }

  long u64(String what) {
    return bytes.get(LONG, take(8, what));
  }

  /// A number of things that take at least `size` bytes each.
  int count(String what, int size) {
    long start = at;
    long count = u64(what);
    if (count < 0 || count > (bytes.byteSize() - at) / size || count > Integer.MAX_VALUE) {
      throw broken(
          "%s at byte %d is %s, more than a file of %d bytes can hold"
              .formatted(what, start, Long.toUnsignedString(count), bytes.byteSize()));
    }
    return (int) count;
  }

  String name(String what) {
    var name = text(what);
    if (name.isEmpty() || name.length() > MAX_NAME) {
      throw broken("%s has %d characters".formatted(what, name.length()));
    }
    return name;
  }

  private String text(String what) {
    int length = count("the length of " + what, 1);
    byte[] utf8 = new byte[length];
    MemorySegment.copy(bytes, ValueLayout.JAVA_BYTE, take(length, what), utf8, 0, length);
    return new String(utf8, StandardCharsets.UTF_8);
  }

  /// A value of metadata: `Long`, `Double`, `Boolean`, `String`, or a list of these.
  Object value(String key) {
    return value(u32("the type of " + key), key, 0);
  }

  private Object value(int type, String key, int depth) {
    return switch (type) {
      case 0 -> bytes.get(ValueLayout.JAVA_BYTE, take(1, key)) & 0xFFL;
      case 1 -> (long) bytes.get(ValueLayout.JAVA_BYTE, take(1, key));
      case 2 -> bytes.get(SHORT, take(2, key)) & 0xFFFFL;
      case 3 -> (long) bytes.get(SHORT, take(2, key));
      case 4 -> u32(key) & 0xFFFFFFFFL;
      case 5 -> (long) u32(key);
      // The shortest decimal that is this float, so that 1e-5 stays 1e-5.
      case 6 -> Double.valueOf(Float.toString(Float.intBitsToFloat(u32(key))));
      case 7 -> bytes.get(ValueLayout.JAVA_BYTE, take(1, key)) != 0;
      case 8 -> text(key);
      case 9 -> list(key, depth);
      case 10, 11 -> u64(key);
      case 12 -> Double.longBitsToDouble(u64(key));
      default -> throw broken("%s has the unknown type %d".formatted(key, type));
    };
  }

  private List<Object> list(String key, int depth) {
    if (depth == MAX_DEPTH) {
      throw broken(key + " is a list in a list in a list");
    }
    int type = u32("the element type of " + key);
    int size = count("the length of " + key, type == 8 ? 8 : 1);
    var values = new ArrayList<Object>(Math.min(size, 1 << 20));
    for (int i = 0; i < size; i++) {
      values.add(value(type, key, depth + 1));
    }
    return values;
  }
}
