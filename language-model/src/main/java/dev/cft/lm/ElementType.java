package dev.cft.lm;

import java.nio.ByteBuffer;
import java.nio.FloatBuffer;
import java.util.Arrays;
import java.util.Optional;

/// How a weight is stored in a safetensors file.
enum ElementType {
  F32(4),
  F16(2),
  BF16(2);

  private final int bytes;

  ElementType(int bytes) {
    this.bytes = bytes;
  }

  int bytes() {
    return bytes;
  }

  static Optional<ElementType> named(String name) {
    return Arrays.stream(values()).filter(type -> type.name().equals(name)).findFirst();
  }

  /// Converts all little-endian elements of `from` to `to`.
  void toFloats(ByteBuffer from, FloatBuffer to) {
    switch (this) {
      case F32 -> to.put(from.asFloatBuffer());
      case F16 -> {
        var halves = from.asShortBuffer();
        while (halves.hasRemaining()) {
          to.put(Float.float16ToFloat(halves.get()));
        }
      }
      case BF16 -> {
        var halves = from.asShortBuffer();
        while (halves.hasRemaining()) {
          to.put(Float.intBitsToFloat(halves.get() << 16));
        }
      }
    }
  }
}
