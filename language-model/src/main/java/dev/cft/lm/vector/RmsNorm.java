package dev.cft.lm.vector;

import static dev.cft.lm.vector.Numbers.FLOATS;
import static dev.cft.lm.vector.Numbers.LANES;

import jdk.incubator.vector.FloatVector;

/// Root mean square layer normalisation (arXiv 1910.07467).
public final class RmsNorm {
  private final float[] weights;
  private final double epsilon;

  /// @param weights of each number
  /// @param epsilon added to the mean of the squares
  public RmsNorm(float[] weights, double epsilon) {
    this.weights = weights;
    this.epsilon = epsilon;
  }

  /// Normalises the numbers `from[at…]` into `to[toAt…]`, which may be the same.
  public void apply(float[] from, int at, float[] to, int toAt) {
    int count = weights.length;
    int whole = count - count % LANES;
    var squares = FloatVector.zero(FLOATS);
    for (int i = 0; i < whole; i += LANES) {
      var x = FloatVector.fromArray(FLOATS, from, at + i);
      squares = x.fma(x, squares);
    }
    double sum = Lanes.sum(squares);
    for (int i = whole; i < count; i++) {
      sum += from[at + i] * from[at + i];
    }
    float scale = (float) (1 / Math.sqrt(sum / count + epsilon));
    for (int i = 0; i < whole; i += LANES) {
      FloatVector.fromArray(FLOATS, from, at + i)
          .mul(scale)
          .mul(FloatVector.fromArray(FLOATS, weights, i))
          .intoArray(to, toAt + i);
    }
    for (int i = whole; i < count; i++) {
      to[toAt + i] = from[at + i] * scale * weights[i];
    }
  }
}
