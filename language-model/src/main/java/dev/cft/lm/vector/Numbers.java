package dev.cft.lm.vector;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.ShortVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorShape;
import jdk.incubator.vector.VectorSpecies;

/// The numbers of a PyTorch array where they lie, fp32 or bf16; indices count numbers.
///
/// @param memory the array, contiguous
/// @param bf16 whether a number has two bytes: the upper half of an fp32 one
public record Numbers(MemorySegment memory, boolean bf16) {
  static final VectorSpecies<Float> FLOATS = FloatVector.SPECIES_PREFERRED;
  static final int LANES = FLOATS.length();
  static final VectorSpecies<Integer> INTS = IntVector.SPECIES_PREFERRED;
  private static final VectorSpecies<Short> SHORTS =
      VectorSpecies.of(short.class, VectorShape.forBitSize(INTS.vectorBitSize() / 2));
  static final ByteOrder ORDER = ByteOrder.nativeOrder();

  /// Numbers that are compared at once.
  private static final int BLOCK = 16 * LANES;

  /// The bits of an fp32 number that a bf16 one has.
  static final int UPPER = 0xffff0000;

  /// Bytes of a number.
  public int size() {
    return bf16 ? 2 : 4;
  }

  /// Copies `count` numbers from `index` on to `to[at…]`.
  public void read(long index, float[] to, int at, int count) {
    int whole = count - count % LANES;
    if (bf16) {
      for (int i = 0; i < whole; i += LANES) {
        wide(memory, index + i).intoArray(to, at + i);
      }
    } else {
      for (int i = 0; i < whole; i += LANES) {
        FloatVector.fromMemorySegment(FLOATS, memory, 4 * (index + i), ORDER).intoArray(to, at + i);
      }
    }
    for (int i = whole; i < count; i++) {
      to[at + i] = read(index + i);
    }
  }

  /// Writes `count` numbers of `from[at…]` to `index` and the following.
  public void write(float[] from, int at, int count, long index) {
    int whole = count - count % LANES;
    if (bf16) {
      for (int i = 0; i < whole; i += LANES) {
        narrow(FloatVector.fromArray(FLOATS, from, at + i), memory, index + i);
      }
    } else {
      for (int i = 0; i < whole; i += LANES) {
        FloatVector.fromArray(FLOATS, from, at + i)
            .intoMemorySegment(memory, 4 * (index + i), ORDER);
      }
    }
    for (int i = whole; i < count; i++) {
      write(index + i, from[at + i]);
    }
  }

  /// Multiplies `count` fp32 numbers from `index` on, a multiple of the vector's length.
  void multiply(long index, int count, float factor) {
    for (int i = 0; i < count; i += LANES) {
      FloatVector.fromMemorySegment(FLOATS, memory, 4 * (index + i), ORDER)
          .mul(factor)
          .intoMemorySegment(memory, 4 * (index + i), ORDER);
    }
  }

  /// Writes `count` numbers of `from[at…]`, a multiple of two vectors, that are arranged as in
  /// [CachedHead].
  void writeArranged(float[] from, int at, int count, long index) {
    if (!bf16) {
      write(from, at, count, index);
      return;
    }
    for (int i = 0; i < count; i += 2 * LANES) {
      var even = rounded(FloatVector.fromArray(FLOATS, from, at + i));
      var odd = rounded(FloatVector.fromArray(FLOATS, from, at + i + LANES));
      even.lanewise(VectorOperators.LSHR, 16)
          .or(odd.and(UPPER))
          .intoMemorySegment(memory, 2 * (index + i), ORDER);
    }
  }

  /// Where the first of the highest of `count` numbers from `index` on is, counted from there, if
  /// it is above `least`; -1 if none is. NaN is never the highest.
  public int indexOfMost(long index, int count, float least) {
    float most = least;
    int found = -1;
    int at = 0;
    for (; at + BLOCK <= count; at += BLOCK) {
      float here = bf16 ? mostBf16(memory, index + at) : mostFp32(memory, index + at);
      if (here > most) {
        most = here;
        found = at;
      }
    }
    for (; at < count; at++) {
      if (read(index + at) > most) {
        most = read(index + at);
        found = at;
      }
    }
    while (found >= 0 && read(index + found) != most) {
      found++;
    }
    return found;
  }

  private static float mostBf16(MemorySegment memory, long index) {
    var most = wide(memory, index);
    for (int i = LANES; i < BLOCK; i += LANES) {
      most = most.max(wide(memory, index + i));
    }
    return most.reduceLanes(VectorOperators.MAX);
  }

  private static float mostFp32(MemorySegment memory, long index) {
    var most = FloatVector.fromMemorySegment(FLOATS, memory, 4 * index, ORDER);
    for (int i = LANES; i < BLOCK; i += LANES) {
      most = most.max(FloatVector.fromMemorySegment(FLOATS, memory, 4 * (index + i), ORDER));
    }
    return most.reduceLanes(VectorOperators.MAX);
  }

  private static FloatVector wide(MemorySegment memory, long index) {
    var half = ShortVector.fromMemorySegment(SHORTS, memory, 2 * index, ORDER);
    var bits = (IntVector) half.convertShape(VectorOperators.ZERO_EXTEND_S2I, INTS, 0);
    return bits.lanewise(VectorOperators.LSHL, 16).reinterpretAsFloats();
  }

  /// Rounded to the nearest bf16, halves to the even one, in the upper halves.
  private static IntVector rounded(FloatVector value) {
    var bits = value.reinterpretAsInts();
    return bits.add(bits.lanewise(VectorOperators.LSHR, 16).and(1)).add(0x7fff);
  }

  static void narrow(FloatVector value, MemorySegment memory, long index) {
    var half = rounded(value).lanewise(VectorOperators.LSHR, 16);
    ((ShortVector) half.convertShape(VectorOperators.I2S, SHORTS, 0))
        .intoMemorySegment(memory, 2 * index, ORDER);
  }

  /// One number.
  public float read(long index) {
    return bf16
        ? Float.intBitsToFloat(memory.get(ValueLayout.JAVA_SHORT, 2 * index) << 16)
        : memory.get(ValueLayout.JAVA_FLOAT, 4 * index);
  }

  private void write(long index, float value) {
    if (bf16) {
      int bits = Float.floatToRawIntBits(value);
      int half = (bits + 0x7fff + (bits >>> 16 & 1)) >>> 16;
      memory.set(ValueLayout.JAVA_SHORT, 2 * index, (short) half);
    } else {
      memory.set(ValueLayout.JAVA_FLOAT, 4 * index, value);
    }
  }
}
