package dev.cft.lm;

/// Cosines and sines of the rotary position embedding, computed in float as transformers does.
final class RotaryTable {
  private final int positions;
  private final int halfHead;
  private final float[] cos;
  private final float[] sin;

  /// Tables `[positions, D/2]` for positions 0 to `positions - 1`.
  RotaryTable(ModelConfig config, int positions) {
    float[] frequencies = frequencies(config);
    this.positions = positions;
    this.halfHead = frequencies.length;
    this.cos = new float[positions * halfHead];
    this.sin = new float[positions * halfHead];
    for (int position = 0; position < positions; position++) {
      for (int i = 0; i < halfHead; i++) {
        float angle = position * frequencies[i];
        cos[position * halfHead + i] = (float) Math.cos(angle);
        sin[position * halfHead + i] = (float) Math.sin(angle);
      }
    }
  }

  int positions() {
    return positions;
  }

  int halfHead() {
    return halfHead;
  }

  float[] cos() {
    return cos;
  }

  float[] sin() {
    return sin;
  }

  private static float[] frequencies(ModelConfig config) {
    var frequencies = new float[config.headSize() / 2];
    for (int i = 0; i < frequencies.length; i++) {
      float power = (float) Math.pow(config.ropeTheta(), 2f * i / config.headSize());
      frequencies[i] = scaled(1f / power, config.ropeScaling());
    }
    return frequencies;
  }

  private static float scaled(float frequency, RopeScaling scaling) {
    return switch (scaling) {
      case RopeScaling.None() -> frequency;
      case RopeScaling.Linear(double factor) -> (float) (frequency / factor);
      case RopeScaling.Llama3 llama -> llama3(frequency, llama);
    };
  }

  private static float llama3(float frequency, RopeScaling.Llama3 scaling) {
    double wavelength = 2 * Math.PI / frequency;
    double original = scaling.originalPositions();
    if (wavelength < original / scaling.highFrequencyFactor()) {
      return frequency;
    }
    if (wavelength > original / scaling.lowFrequencyFactor()) {
      return (float) (frequency / scaling.factor());
    }
    double smooth =
        (original / wavelength - scaling.lowFrequencyFactor())
            / (scaling.highFrequencyFactor() - scaling.lowFrequencyFactor());
    return (float) ((1 - smooth) * frequency / scaling.factor() + smooth * frequency);
  }
}
