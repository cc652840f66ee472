package dev.cft.lm.gguf;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Optional;

/// How a GGUF tensor stores its numbers: blocks of some elements with common scales.
///
/// Layouts as in ggml's `ggml-common.h`; the arithmetic is that of `ggml-quants.c`, every step in
/// float.
enum GgufType {
  F32(0, 1, 4) {
    @Override
    void block(ByteBuffer in, int at, float[] out, int to) {
      out[to] = in.getFloat(at);
    }
  },
  F16(1, 1, 2) {
    @Override
    void block(ByteBuffer in, int at, float[] out, int to) {
      out[to] = half(in, at);
    }
  },
  /// Scale, 16 bytes of two 4-bit numbers from -8 on.
  Q4_0(2, 32, 18) {
    @Override
    void block(ByteBuffer in, int at, float[] out, int to) {
      float scale = half(in, at);
      for (int i = 0; i < 16; i++) {
        int pair = in.get(at + 2 + i);
        out[to + i] = ((pair & 0xF) - 8) * scale;
        out[to + 16 + i] = (((pair >> 4) & 0xF) - 8) * scale;
      }
    }
  },
  /// Scale, minimum, 16 bytes of two 4-bit numbers.
  Q4_1(3, 32, 20) {
    @Override
    void block(ByteBuffer in, int at, float[] out, int to) {
      float scale = half(in, at);
      float minimum = half(in, at + 2);
      for (int i = 0; i < 16; i++) {
        int pair = in.get(at + 4 + i);
        out[to + i] = (pair & 0xF) * scale + minimum;
        out[to + 16 + i] = ((pair >> 4) & 0xF) * scale + minimum;
      }
    }
  },
  /// Scale, 32 fifth bits, 16 bytes of two 4-bit numbers; from -16 on.
  Q5_0(6, 32, 22) {
    @Override
    void block(ByteBuffer in, int at, float[] out, int to) {
      float scale = half(in, at);
      int high = in.getInt(at + 2);
      for (int i = 0; i < 16; i++) {
        int pair = in.get(at + 6 + i);
        out[to + i] = (((pair & 0xF) | (((high >> i) & 1) << 4)) - 16) * scale;
        out[to + 16 + i] = ((((pair >> 4) & 0xF) | (((high >> (i + 16)) & 1) << 4)) - 16) * scale;
      }
    }
  },
  /// Scale, minimum, 32 fifth bits, 16 bytes of two 4-bit numbers.
  Q5_1(7, 32, 24) {
    @Override
    void block(ByteBuffer in, int at, float[] out, int to) {
      float scale = half(in, at);
      float minimum = half(in, at + 2);
      int high = in.getInt(at + 4);
      for (int i = 0; i < 16; i++) {
        int pair = in.get(at + 8 + i);
        out[to + i] = ((pair & 0xF) | (((high >> i) & 1) << 4)) * scale + minimum;
        out[to + 16 + i] =
            (((pair >> 4) & 0xF) | (((high >> (i + 16)) & 1) << 4)) * scale + minimum;
      }
    }
  },
  /// Scale, 32 bytes.
  Q8_0(8, 32, 34) {
    @Override
    void block(ByteBuffer in, int at, float[] out, int to) {
      float scale = half(in, at);
      for (int i = 0; i < 32; i++) {
        out[to + i] = in.get(at + 2 + i) * scale;
      }
    }
  },
  /// Two scales, 12 bytes of eight 6-bit scales and minima, 128 bytes of two 4-bit numbers.
  Q4_K(12, 256, 144) {
    @Override
    void block(ByteBuffer in, int at, float[] out, int to) {
      float scale = half(in, at);
      float minimum = half(in, at + 2);
      for (int group = 0; group < 8; group++) {
        float d = scale * scale6(in, at + 4, group);
        float m = minimum * minimum6(in, at + 4, group);
        int bytes = at + 16 + group / 2 * 32;
        int shift = group % 2 * 4;
        for (int i = 0; i < 32; i++) {
          out[to + group * 32 + i] = d * ((in.get(bytes + i) >> shift) & 0xF) - m;
        }
      }
    }
  },
  /// As Q4_K, with 32 bytes of fifth bits before the 4-bit numbers.
  Q5_K(13, 256, 176) {
    @Override
    void block(ByteBuffer in, int at, float[] out, int to) {
      float scale = half(in, at);
      float minimum = half(in, at + 2);
      for (int group = 0; group < 8; group++) {
        float d = scale * scale6(in, at + 4, group);
        float m = minimum * minimum6(in, at + 4, group);
        int bytes = at + 48 + group / 2 * 32;
        int shift = group % 2 * 4;
        for (int i = 0; i < 32; i++) {
          int high = ((in.get(at + 16 + i) >> group) & 1) << 4;
          out[to + group * 32 + i] = d * (((in.get(bytes + i) >> shift) & 0xF) | high) - m;
        }
      }
    }
  },
  /// 128 bytes of low 4 bits, 64 of high 2 bits, 16 scales, a scale of scales; from -32 on.
  Q6_K(14, 256, 210) {
    @Override
    void block(ByteBuffer in, int at, float[] out, int to) {
      float scale = half(in, at + 208);
      for (int i = 0; i < 256; i++) {
        int part = i / 128;
        int inPart = i % 128;
        int low = (in.get(at + 64 * part + inPart % 64) >> (inPart / 64 * 4)) & 0xF;
        int high = (in.get(at + 128 + 32 * part + inPart % 32) >> (inPart / 32 * 2)) & 3;
        float d = scale * in.get(at + 192 + i / 16);
        out[to + i] = d * ((low | (high << 4)) - 32);
      }
    }
  },
  BF16(30, 1, 2) {
    @Override
    void block(ByteBuffer in, int at, float[] out, int to) {
      out[to] = Float.intBitsToFloat(in.getShort(at) << 16);
    }
  };

  private final int id;
  private final int blockElements;
  private final int blockBytes;

  GgufType(int id, int blockElements, int blockBytes) {
    this.id = id;
    this.blockElements = blockElements;
    this.blockBytes = blockBytes;
  }

  static Optional<GgufType> of(int id) {
    return Arrays.stream(values()).filter(type -> type.id == id).findFirst();
  }

  int blockElements() {
    return blockElements;
  }

  int blockBytes() {
    return blockBytes;
  }

  /// Converts the block that starts at byte `at` of little-endian `in` to floats from `to` on.
  abstract void block(ByteBuffer in, int at, float[] out, int to);

  private static float half(ByteBuffer in, int at) {
    return Float.float16ToFloat(in.getShort(at));
  }

  /// The 6-bit scale of a group: four in the low bits of their own bytes, four split over two.
  private static int scale6(ByteBuffer in, int at, int group) {
    return group < 4
        ? in.get(at + group) & 0x3F
        : (in.get(at + 4 + group) & 0xF) | (((in.get(at + group - 4) >> 6) & 3) << 4);
  }

  private static int minimum6(ByteBuffer in, int at, int group) {
    return group < 4
        ? in.get(at + 4 + group) & 0x3F
        : ((in.get(at + 4 + group) >> 4) & 0xF) | (((in.get(at + group) >> 6) & 3) << 4);
  }
}
