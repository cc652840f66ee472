package dev.cft.lm.vector;

import static dev.cft.lm.vector.Numbers.FLOATS;
import static dev.cft.lm.vector.Numbers.LANES;

import dev.cft.lm.torch.Brgemm;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorOperators;

/// Rows in 8 bits: multiples of a step of each row's own, plus 128.
final class Int8Rows {
  /// What is added to a byte, because the product takes them from 0 to 255.
  static final int OFFSET = 128;

  /// Beyond a step of 2⁻³⁰ and a norm of 2³⁰ the bounds' slack for numbers that processors take for
  /// zero would not do; no model that computes anything is there.
  private static final float LEAST_STEP = 0x1p-30f;

  private static final float MOST_NORM = 0x1p30f;

  /// For what is lost in keeping norms in fp32.
  private static final double ROUNDED_UP = 1 + 0x1p-20;

  private final Int8Inputs inputs;
  private final MemorySegment bytes;
  private final float[] steps;
  private final float[] norms;
  private final float[] errors;

  /// Room for so many rows.
  Int8Rows(Int8Inputs inputs, int count) {
    this.inputs = inputs;
    this.bytes = Arena.ofAuto().allocate((long) count * inputs.columns(), 64);
    this.steps = new float[count];
    this.norms = new float[count];
    this.errors = new float[count];
  }

  int count() {
    return steps.length;
  }

  /// The step of a row.
  float step(int row) {
    return steps[row];
  }

  /// At least its norm, its inputs divided by their scales.
  float norm(int row) {
    return norms[row];
  }

  /// At least the norm of what rounding lost of it.
  float error(int row) {
    return errors[row];
  }

  /// A byte as the product takes it, from 0 to 255.
  int at(int row, int column) {
    return bytes.get(ValueLayout.JAVA_BYTE, (long) row * inputs.columns() + column) & 0xff;
  }

  /// The rows from one on.
  Brgemm.Block from(int row) {
    return new Brgemm.Block(bytes.asSlice((long) row * inputs.columns()), inputs.columns());
  }

  /// Rounds a row.
  ///
  /// @param values the row's numbers, which are overwritten; room for a vector more
  /// @return false if it cannot be: zeros, numbers that are not finite, or beyond all bounds
  boolean round(int row, float[] values) {
    int count = inputs.count();
    Arrays.fill(values, count, whole(count), 0f);
    float step = scaled(values, inputs.perScale(), inputs.perMost());
    if (!(step >= LEAST_STEP && step <= MOST_NORM)) {
      return false;
    }
    steps[row] = step;
    var squares = new float[2];
    round(values, step, inputs.most(), squares);
    // sums of as many squares in fp32
    double sums = 1 + 2 * count * 0x1p-24;
    norms[row] = (float) (Math.sqrt(squares[0]) * sums * ROUNDED_UP);
    errors[row] = (float) (Math.sqrt(squares[1]) * sums * ROUNDED_UP);
    write(values, row);
    return norms[row] <= MOST_NORM;
  }

  /// So many numbers, filled up to whole vectors.
  static int whole(int count) {
    return Math.ceilDiv(count, LANES) * LANES;
  }

  /// Divides the inputs by their scales, which is exact.
  ///
  /// @return the step of which all can be multiples, NaN or infinite if one of them is
  private static float scaled(float[] values, float[] perScale, float[] perMost) {
    var most = FloatVector.zero(FLOATS);
    for (int i = 0; i < perScale.length; i += LANES) {
      var scaled =
          FloatVector.fromArray(FLOATS, values, i).mul(FloatVector.fromArray(FLOATS, perScale, i));
      scaled.intoArray(values, i);
      most = most.max(scaled.abs().mul(FloatVector.fromArray(FLOATS, perMost, i)));
    }
    return most.reduceLanes(VectorOperators.MAX);
  }

  /// Leaves multiples of the step where the inputs were.
  ///
  /// @param squares becomes the sums of the inputs' and the errors' squares
  private static void round(float[] values, float step, float[] most, float[] squares) {
    float perStep = 1 / step;
    var minus = FloatVector.broadcast(FLOATS, -step);
    var sums = FloatVector.zero(FLOATS);
    var errors = FloatVector.zero(FLOATS);
    for (int i = 0; i < most.length; i += LANES) {
      var value = FloatVector.fromArray(FLOATS, values, i);
      var limit = FloatVector.fromArray(FLOATS, most, i);
      var multiple =
          value.mul(perStep).add(Lanes.ROUNDING).sub(Lanes.ROUNDING).min(limit).max(limit.neg());
      var error = multiple.fma(minus, value);
      sums = value.fma(value, sums);
      errors = error.fma(error, errors);
      multiple.intoArray(values, i);
    }
    squares[0] = Lanes.sum(sums);
    squares[1] = Lanes.sum(errors);
  }

  private void write(float[] multiples, int row) {
    var to = new byte[inputs.columns()];
    for (int i = 0; i < inputs.count(); i++) {
      to[i] = (byte) ((int) multiples[i] + OFFSET);
    }
    for (int column = inputs.count(); column < to.length; column++) {
      int input = inputs.input(column);
      if (input < inputs.count()) {
        int multiple = (int) multiples[input];
        int half = multiple >> 1;
        to[input] = (byte) (half + OFFSET);
        to[column] = (byte) (multiple - half + OFFSET);
      }
    }
    MemorySegment.copy(to, 0, bytes, ValueLayout.JAVA_BYTE, (long) row * to.length, to.length);
  }
}
