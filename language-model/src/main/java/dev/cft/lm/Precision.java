package dev.cft.lm;

/// What a model computes with.
public enum Precision {
  /// 32-bit floats, whatever the checkpoint stores.
  FP32(4),
  /// bfloat16: half the memory, and faster where the processor has instructions for it; logits and
  /// probabilities stay fp32.
  BF16(2);

  private final int bytes;

  Precision(int bytes) {
    this.bytes = bytes;
  }

  /// Size of one number.
  int bytes() {
    return bytes;
  }
}
