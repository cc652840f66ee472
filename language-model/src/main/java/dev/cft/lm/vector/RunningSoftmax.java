package dev.cft.lm.vector;

import static dev.cft.lm.vector.Numbers.FLOATS;
import static dev.cft.lm.vector.Numbers.LANES;
import static dev.cft.lm.vector.Numbers.ORDER;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;

/// The softmax of rows whose scores come in parts (arXiv 1805.02867): a row's weights are 2 to the
/// power of how far scores are above a reference, which is the highest score of its first part
/// until one is so far above it that numbers could become too large.
final class RunningSoftmax {
  /// By what scores are to be multiplied: the logarithm of e to base 2.
  static final float FACTOR = 1.442695f;

  /// How far scores may be above the reference (our choice: the largest weight is 10¹²).
  private static final float MARGIN = 40;

  private final int width;
  private final MemorySegment scores;
  private final Numbers weights;
  private final float[] references;

  /// The sums of each row's weights, as many as a vector has lanes.
  private final float[] totals;

  /// @param scores fp32 `[rows, width]`
  /// @param weights as many
  RunningSoftmax(Numbers scores, Numbers weights, int rows, int width) {
    this.scores = scores.memory();
    this.weights = weights;
    this.width = width;
    this.references = new float[rows];
    this.totals = new float[rows * LANES];
  }

  /// Forgets all rows.
  void start() {
    Arrays.fill(references, Float.NEGATIVE_INFINITY);
    Arrays.fill(totals, 0);
  }

  /// Turns the first `count` of a row's scores, a multiple of the vector's length, into weights.
  ///
  /// @param seen the scores from there on get next to no weight
  /// @return what the sums by the row's earlier weights are to be multiplied by
  float weigh(int row, int count, int seen) {
    long at = (long) row * width;
    for (int i = seen; i < count; i++) {
      scores.set(ValueLayout.JAVA_FLOAT, 4 * (at + i), Float.NEGATIVE_INFINITY);
    }
    float before = references[row];
    if (above(scores, at, count, before + MARGIN)) {
      references[row] = highest(scores, at, count);
    }
    float share = 1;
    if (references[row] > before && before != Float.NEGATIVE_INFINITY) {
      share = (float) Math.exp((before - references[row]) / FACTOR);
      for (int i = row * LANES; i < (row + 1) * LANES; i++) {
        totals[i] *= share;
      }
    }
    powers(scores, weights, at, count, references[row], totals, row * LANES);
    return share;
  }

  /// The sum of a row's weights.
  float total(int row) {
    return Lanes.sum(FloatVector.fromArray(FLOATS, totals, row * LANES));
  }

  private static boolean above(MemorySegment scores, long at, int count, float limit) {
    VectorMask<Float> above = FLOATS.maskAll(false);
    for (int i = 0; i < count; i += LANES) {
      var score = FloatVector.fromMemorySegment(FLOATS, scores, 4 * (at + i), ORDER);
      above = above.or(score.compare(VectorOperators.GT, limit));
    }
    return above.anyTrue();
  }

  private static float highest(MemorySegment scores, long at, int count) {
    var highest = FloatVector.fromMemorySegment(FLOATS, scores, 4 * at, ORDER);
    for (int i = LANES; i < count; i += LANES) {
      highest = highest.max(FloatVector.fromMemorySegment(FLOATS, scores, 4 * (at + i), ORDER));
    }
    return highest.reduceLanes(VectorOperators.MAX);
  }

  private static void powers(
      MemorySegment scores,
      Numbers weights,
      long at,
      int count,
      float reference,
      float[] totals,
      int total) {
    var sums = FloatVector.fromArray(FLOATS, totals, total);
    for (int i = 0; i < count; i += LANES) {
      var score = FloatVector.fromMemorySegment(FLOATS, scores, 4 * (at + i), ORDER);
      var power = Lanes.exp2(score.sub(reference));
      sums = sums.add(power);
      if (weights.bf16()) {
        Numbers.narrow(power, weights.memory(), at + i);
      } else {
        power.intoMemorySegment(weights.memory(), 4 * (at + i), ORDER);
      }
    }
    sums.intoArray(totals, total);
  }
}
