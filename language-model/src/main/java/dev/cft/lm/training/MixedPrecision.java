package dev.cft.lm.training;

/// What weights and gradients are stored as, by LLaMA-Factory's keys `bf16` and `pure_bf16`. Norms
/// and biases, the residual stream and its gradient are fp32 in all of them.
enum MixedPrecision {
  /// fp32 throughout: 16 bytes a parameter (weight, gradient, two moments).
  FP32,
  /// fp32 weights, gradients and moments; products of matrices in bf16, from a bf16 copy of the
  /// weights (arXiv 1710.03740), which takes 2 bytes more unless layers are recomputed.
  BF16,
  /// bf16 weights without a copy in fp32: 12 bytes a parameter. What a step's rounding loses of a
  /// weight is carried over to the next step in a bf16 array (compensated summation, Kahan 1965,
  /// doi 10.1145/363707.363723); the second moment stays fp32, because with β2 = 0.999 its steps
  /// are smaller than half a unit in the last place of bf16 and it would stand still.
  PURE_BF16
}
