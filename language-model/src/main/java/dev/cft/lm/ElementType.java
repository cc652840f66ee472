package dev.cft.lm;

import java.nio.ByteBuffer;
import java.nio.FloatBuffer;
import java.util.Arrays;
import java.util.Optional;

/// How a weight is stored in a safetensors file.
public enum ElementType {
  F32(4, "float32"),
  F16(2, "float16"),
  BF16(2, "bfloat16");

  private final int bytes;
  private final String torchName;

  ElementType(int bytes, String torchName) {
    this.bytes = bytes;
    this.torchName = torchName;
  }

  /// The name that PyTorch and `config.json` have for it.
  public String torchName() {
    return torchName;
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

  /// Appends all of `from` to little-endian `to`, rounded to the nearest value, ties to even.
  ///
  /// @throws ArithmeticException if a value lies outside the range of the type
  void fromFloats(FloatBuffer from, ByteBuffer to) {
    if (this == F32) {
      int size = 4 * from.remaining();
      to.asFloatBuffer().put(from);
      to.position(to.position() + size);
      return;
    }
    while (from.hasRemaining()) {
      float value = from.get();
      to.putShort(
          this == F16
              ? finite(value, Float.floatToFloat16(value), (short) 0x7C00)
              : finite(value, bf16(value), (short) 0x7F80));
    }
  }

  private static short bf16(float value) {
    int bits = Float.floatToRawIntBits(value);
    return (short) ((bits + 0x7FFF + ((bits >>> 16) & 1)) >>> 16);
  }

  private short finite(float value, short half, short infinity) {
    if ((half & 0x7FFF) >= infinity) {
      throw new ArithmeticException("%s is outside the range of %s".formatted(value, this));
    }
    return half;
  }
}
