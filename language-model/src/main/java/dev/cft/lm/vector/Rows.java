package dev.cft.lm.vector;

import static dev.cft.lm.vector.Numbers.FLOATS;
import static dev.cft.lm.vector.Numbers.LANES;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorOperators;

/// Sums and activations of rows of numbers.
public final class Rows {
  private Rows() {}

  /// Adds to each of the first `count` numbers one of those from `other` on.
  public static void add(float[] x, int other, int count) {
    int whole = count - count % LANES;
    for (int i = 0; i < whole; i += LANES) {
      FloatVector.fromArray(FLOATS, x, i)
          .add(FloatVector.fromArray(FLOATS, x, other + i))
          .intoArray(x, i);
    }
    for (int i = whole; i < count; i++) {
      x[i] += x[other + i];
    }
  }

  /// Replaces each of the first `count` numbers, which are gates, by `silu(gate) · up`, the gated
  /// unit of SwiGLU (arXiv 2002.05202).
  ///
  /// @param up where the gates' other factors begin in the same array
  public static void gated(float[] x, int up, int count) {
    int whole = count - count % LANES;
    for (int i = 0; i < whole; i += LANES) {
      var gate = FloatVector.fromArray(FLOATS, x, i);
      gate.div(Lanes.exp(gate.neg()).add(1f))
          .mul(FloatVector.fromArray(FLOATS, x, up + i))
          .intoArray(x, i);
    }
    for (int i = whole; i < count; i++) {
      x[i] = (float) (x[i] / (1 + Math.exp(-x[i]))) * x[up + i];
    }
  }

  /// Replaces `count` numbers from `at` on, `count` a multiple of the vector's length, by their
  /// softmax.
  static void softmax(float[] x, int at, int count) {
    var highest = FloatVector.fromArray(FLOATS, x, at);
    for (int i = LANES; i < count; i += LANES) {
      highest = highest.max(FloatVector.fromArray(FLOATS, x, at + i));
    }
    float most = highest.reduceLanes(VectorOperators.MAX);
    var sums = FloatVector.zero(FLOATS);
    for (int i = 0; i < count; i += LANES) {
      var power = Lanes.exp(FloatVector.fromArray(FLOATS, x, at + i).sub(most));
      power.intoArray(x, at + i);
      sums = sums.add(power);
    }
    float share = 1 / Lanes.sum(sums);
    for (int i = 0; i < count; i += LANES) {
      FloatVector.fromArray(FLOATS, x, at + i).mul(share).intoArray(x, at + i);
    }
  }

  /// Multiplies the first `count` numbers, a multiple of the vector's length.
  static void multiply(float[] x, int count, float factor) {
    for (int i = 0; i < count; i += LANES) {
      FloatVector.fromArray(FLOATS, x, i).mul(factor).intoArray(x, i);
    }
  }
}
