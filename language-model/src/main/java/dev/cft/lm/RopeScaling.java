package dev.cft.lm;

/// How rotary frequencies are stretched for long contexts.
public sealed interface RopeScaling {
  /// The wavelengths as trained.
  record None() implements RopeScaling {}

  /// Llama 3.1's scheme: long wavelengths are stretched by `factor`, short ones kept, a smooth
  /// passage between (transformers `modeling_rope_utils.py`, `_compute_llama3_parameters`).
  record Llama3(
      double factor, double lowFrequencyFactor, double highFrequencyFactor, int originalPositions)
      implements RopeScaling {}

  /// All wavelengths stretched by `factor`.
  record Linear(double factor) implements RopeScaling {}
}
