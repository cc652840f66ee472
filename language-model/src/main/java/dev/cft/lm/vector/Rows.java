package dev.cft.lm.vector;

import static dev.cft.lm.vector.Numbers.FLOATS;
import static dev.cft.lm.vector.Numbers.LANES;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorOperators;

/// Sums and activations of rows of numbers.
public final class Rows {
  private Rows() {}

  /// Adds `count` numbers of `from[fromAt…]` to `to[at…]`.
  public static void add(float[] to, int at, float[] from, int fromAt, int count) {
    int whole = count - count % LANES;
    for (int i = 0; i < whole; i += LANES) {
      FloatVector.fromArray(FLOATS, to, at + i)
          .add(FloatVector.fromArray(FLOATS, from, fromAt + i))
          .intoArray(to, at + i);
    }
    for (int i = whole; i < count; i++) {
      to[at + i] += from[fromAt + i];
    }
  }

  /// Replaces each of the first `count` numbers of `gate` by `silu(gate) · up`, the gated unit of
  /// SwiGLU (arXiv 2002.05202).
  public static void gated(float[] gate, float[] up, int count) {
    int whole = count - count % LANES;
    for (int i = 0; i < whole; i += LANES) {
      var x = FloatVector.fromArray(FLOATS, gate, i);
      x.div(x.neg().lanewise(VectorOperators.EXP).add(1f))
          .mul(FloatVector.fromArray(FLOATS, up, i))
          .intoArray(gate, i);
    }
    for (int i = whole; i < count; i++) {
      gate[i] = (float) (gate[i] / (1 + Math.exp(-gate[i]))) * up[i];
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
      var power = FloatVector.fromArray(FLOATS, x, at + i).sub(most).lanewise(VectorOperators.EXP);
      power.intoArray(x, at + i);
      sums = sums.add(power);
    }
    float share = 1 / sums.reduceLanes(VectorOperators.ADD);
    for (int i = 0; i < count; i += LANES) {
      FloatVector.fromArray(FLOATS, x, at + i).mul(share).intoArray(x, at + i);
    }
  }
}
