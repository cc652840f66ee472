package dev.cft.lm;

/// What a model computes with.
public enum Precision {
  /// 32-bit floats, whatever the checkpoint stores.
  FP32(4, 6),
  /// bfloat16: half the memory, and faster where the processor has instructions for it; logits and
  /// probabilities stay fp32.
  BF16(2, 15);

  private final int bytes;
  private final int scalarType;

  Precision(int bytes, int scalarType) {
    this.bytes = bytes;
    this.scalarType = scalarType;
  }

  /// Size of one number.
  int bytes() {
    return bytes;
  }

  /// PyTorch's `c10::ScalarType`, which is a script's `dtype`.
  int scalarType() {
    return scalarType;
  }
}
