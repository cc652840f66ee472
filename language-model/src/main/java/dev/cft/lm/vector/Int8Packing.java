package dev.cft.lm.vector;

import dev.cft.lm.torch.PackedMatrix;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/// Rounds outputs of a packed matrix to 8 bits, one after the other, in the calling thread. Without
/// vectors: this is done once, and before they are compiled these loops are faster than the Vector
/// API's.
final class Int8Packing {
  /// Of so many outputs one is looked at for the inputs' magnitudes.
  private static final int SAMPLED = 61;

  private final PackedMatrix matrix;
  private final Int8Inputs inputs;

  /// An output's weights, then its bytes, and a zero.
  private final float[] weights;

  private float step;
  private double errorSquares;
  private double squares;
  private double byteSquares;
  private int byteSum;

  Int8Packing(PackedMatrix matrix, Int8Inputs inputs) {
    this.matrix = matrix;
    this.inputs = inputs;
    this.weights = new float[matrix.inputs() + 1];
  }

  /// Root of the mean square of each of the inputs' weights, over some of the outputs.
  static double[] magnitudes(PackedMatrix matrix) {
    var weights = new float[matrix.inputs()];
    var squares = new double[matrix.inputs()];
    for (int output = 0; output < matrix.outputs(); output += SAMPLED) {
      read(matrix, output, weights);
      for (int i = 0; i < squares.length; i++) {
        squares[i] += (double) weights[i] * weights[i];
      }
    }
    for (int i = 0; i < squares.length; i++) {
      squares[i] = Math.sqrt(squares[i] / Math.ceilDiv(matrix.outputs(), SAMPLED));
    }
    return squares;
  }

  /// Rounds an output.
  ///
  /// @param at where the bytes of the first four columns go; the next four are `turn` bytes further
  void round(int output, MemorySegment to, long at, long turn) {
    read(matrix, output, weights);
    float most = 0;
    for (int i = 0; i < inputs.count(); i++) {
      weights[i] *= inputs.scale(i);
      most = Math.max(most, Math.abs(weights[i]));
    }
    step = most / Int8Inputs.BYTE;
    round(step == 0 ? 0 : 1 / step);
    write(to, at, turn);
  }

  private void round(float perStep) {
    double errors = 0;
    double whole = 0;
    double bytes = 0;
    for (int i = 0; i < inputs.count(); i++) {
      double weight = weights[i];
      float multiple = weights[i] * perStep + Lanes.ROUNDING - Lanes.ROUNDING;
      double error = weight - (double) step * multiple;
      errors += error * error;
      whole += weight * weight;
      bytes += (double) multiple * multiple;
      weights[i] = multiple;
    }
    errorSquares = errors;
    squares = whole;
    byteSquares = bytes;
  }

  private void write(MemorySegment to, long at, long turn) {
    int sum = 0;
    for (int column = 0; column < inputs.columns(); column += 4) {
      int first = (int) weights[inputs.input(column)];
      int second = (int) weights[inputs.input(column + 1)];
      int third = (int) weights[inputs.input(column + 2)];
      int fourth = (int) weights[inputs.input(column + 3)];
      sum += first + second + third + fourth;
      int bytes = (first & 0xff) | ((second & 0xff) << 8) | ((third & 0xff) << 16) | (fourth << 24);
      to.set(ValueLayout.JAVA_INT, at + column / 4 * turn, bytes);
    }
    byteSum = sum;
  }

  private static void read(PackedMatrix matrix, int output, float[] to) {
    var memory = matrix.memory();
    long at = matrix.place(output);
    long turn = 4L * matrix.width();
    if (matrix.bf16()) {
      for (int i = 0; i < matrix.inputs(); i += 2) {
        int pair = memory.get(ValueLayout.JAVA_INT, at + i / 2 * turn);
        to[i] = Float.intBitsToFloat(pair << 16);
        to[i + 1] = Float.intBitsToFloat(pair & Numbers.UPPER);
      }
    } else {
      for (int i = 0; i < matrix.inputs(); i++) {
        to[i] = memory.get(ValueLayout.JAVA_FLOAT, at + i * turn);
      }
    }
  }

  /// Of which the output's bytes are multiples.
  float step() {
    return step;
  }

  /// Squared norm of what rounding lost.
  double errorSquares() {
    return errorSquares;
  }

  /// Squared norm of the output's weights, scaled.
  double squares() {
    return squares;
  }

  /// Sum of the squares of the output's bytes, without those of columns that are there twice.
  double byteSquares() {
    return byteSquares;
  }

  /// Sum of all of the output's bytes.
  int byteSum() {
    return byteSum;
  }
}
