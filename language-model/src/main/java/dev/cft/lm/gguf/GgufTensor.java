package dev.cft.lm.gguf;

import java.util.List;

/// One tensor of a GGUF file: where its bytes are and what they mean.
///
/// @param shape as PyTorch has it, the fastest dimension last (the file has it first)
/// @param offset of its first byte in the file
record GgufTensor(String name, GgufType type, List<Long> shape, long offset) {
  GgufTensor {
    shape = List.copyOf(shape);
  }

  long elements() {
    return shape.stream().reduce(1L, Math::multiplyExact);
  }

  long bytes() {
    return Math.multiplyExact(elements() / type.blockElements(), type.blockBytes());
  }
}
