package dev.cft.lm.vector;

import static dev.cft.lm.vector.Numbers.FLOATS;
import static dev.cft.lm.vector.Numbers.INTS;
import static dev.cft.lm.vector.Numbers.LANES;
import static dev.cft.lm.vector.Numbers.ORDER;

import dev.cft.lm.torch.Brgemm;
import dev.cft.lm.torch.PackedMatrix;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorOperators;

/// A matrix in 8 bits, by whose products it is known which outputs cannot be a row's highest: none
/// is above its *bound*.
///
/// With an output's weights `w`, their rounded ones `v` and a row `x` rounded to `y`, all of them
/// scaled by [Int8Inputs], `|w·x - v·y| ≤ |x|·|w - v| + |x - y|·|v|` (Cauchy and Schwarz). What
/// computing in fp32 adds is bounded, too: of a sum of K products `γ = K·u / (1 - K·u)` times
/// `|x|·|w|`, in any order, with `u = 2⁻²⁴` (Higham, Accuracy and Stability of Numerical
/// Algorithms, 3.1). So the bound holds for the number that [PartProduct] computes, to the last
/// bit.
public final class Int8Matrix {
  /// Outputs that share one bound: those that two threads do not divide in [BlockProduct], which
  /// can be multiplied alone at little more than their share.
  public static final int GROUP = 32;

  /// Outputs of a block.
  private static final int WIDTH = 64;

  private static final int GROUPS = WIDTH / GROUP;

  /// Rows at once, as in [BlockProduct].
  private static final int TOGETHER = 32;

  /// Half a unit in the last place of fp32 in proportion to the number.
  private static final double UNIT = 0x1p-24;

  /// Four roundings of an estimate and its bound, and as many again to be sure.
  private static final double ESTIMATE = 8 * UNIT;

  /// In proportion to a row's norm: what is lost in numbers so small that processors take them for
  /// zero. See [Int8Rows] for how small a row may be.
  private static final double UNDERFLOW = 0x1p-40;

  /// For what is lost in computing this in fp64 and keeping it in fp32.
  private static final double ROUNDED_UP = 1 + 0x1p-20;

  /// No output with a larger norm: nothing overflows then.
  private static final float MOST_NORM = 0x1p20f;

  private final PackedMatrix matrix;
  private final Int8Inputs inputs;
  private final MemorySegment bytes;
  private final float[] steps;
  private final float[] errors;
  private final float[] norms;
  private final int[] offsets;

  /// Nothing is in it before [#pack].
  ///
  /// @param bytes [#size] of them
  public Int8Matrix(PackedMatrix matrix, Int8Inputs inputs, MemorySegment bytes) {
    this.matrix = matrix;
    this.inputs = inputs;
    this.bytes = bytes;
    int outputs = blocks(matrix) * WIDTH;
    this.steps = new float[outputs];
    this.errors = new float[outputs];
    this.norms = new float[outputs];
    this.offsets = new int[outputs];
  }

  /// Whether the processor has products for it, and no sum of it overflows.
  public static boolean fits(PackedMatrix matrix) {
    return Brgemm.int8Available() && matrix.inputs() <= 1 << 15;
  }

  private static int blocks(PackedMatrix matrix) {
    return Math.ceilDiv(matrix.outputs(), WIDTH);
  }

  PackedMatrix plain() {
    return matrix;
  }

  Int8Inputs inputs() {
    return inputs;
  }

  /// Numbers of a row, filled up to whole vectors.
  public int rowSize() {
    return inputs.most().length;
  }

  /// How many integers products of so many rows need room for.
  public static int roomSize(int rows) {
    return Math.min(TOGETHER, rows) * WIDTH;
  }

  /// How many numbers it has, without those that fill it up.
  public long size() {
    return matrix.size();
  }

  /// How many blocks there are: what threads may divide.
  public int blocks() {
    return blocks(matrix);
  }

  /// How many bounds a row has.
  public int groups() {
    return Math.ceilDiv(matrix.outputs(), GROUP);
  }

  /// How many bytes a matrix takes.
  public static long size(PackedMatrix matrix, Int8Inputs inputs) {
    return (long) blocks(matrix) * WIDTH * inputs.columns();
  }

  /// Packs blocks `from` to `end - 1`, in the calling thread.
  public void pack(int from, int end) {
    var packing = new Int8Packing(matrix, inputs);
    for (int output = from * WIDTH; output < end * WIDTH; output++) {
      long at = (long) (output / WIDTH) * WIDTH * inputs.columns() + 4L * (output % WIDTH);
      if (output < matrix.outputs()) {
        packing.round(output, bytes, at, 4L * WIDTH);
        keep(packing, output);
      } else {
        errors[output] = Float.NEGATIVE_INFINITY;
        fillUp(at);
      }
    }
  }

  private void fillUp(long at) {
    for (int column = 0; column < inputs.columns(); column += 4) {
      bytes.set(ValueLayout.JAVA_INT, at + (long) column * WIDTH, 0);
    }
  }

  private void keep(Int8Packing packing, int output) {
    double norm = packing.step() * Math.sqrt(packing.byteSquares());
    double gamma = inputs.count() * UNIT / (1 - inputs.count() * UNIT);
    double error =
        Math.sqrt(packing.errorSquares())
            + gamma * Math.sqrt(packing.squares())
            + ESTIMATE * norm
            + UNDERFLOW;
    steps[output] = packing.step();
    errors[output] = (float) (error * ROUNDED_UP);
    norms[output] = (float) (norm * (1 + ESTIMATE) * ROUNDED_UP);
    offsets[output] = Int8Rows.OFFSET * packing.byteSum();
  }

  /// Whether the bounds of the packed matrix are finite, and this processor multiplies by it as we
  /// do: in the calling thread and in [Brgemm#tiled].
  ///
  /// @param room for [#roomSize] integers of one row
  public boolean holds(MemorySegment room) {
    for (int output = 0; output < matrix.outputs(); output++) {
      if (!(errors[output] <= MOST_NORM && norms[output] <= MOST_NORM)) {
        return false;
      }
    }
    var rows = new Int8Rows(inputs, 1);
    var values = new float[inputs.most().length];
    for (int i = 0; i < inputs.count(); i++) {
      values[i] = (i % 251 - 125) * inputs.scale(i);
    }
    rows.round(0, values);
    multiply(rows, 0, 1, 0, room);
    for (int output = 0; output < WIDTH; output++) {
      int sum = 0;
      for (int column = 0; column < inputs.columns(); column++) {
        int weight = bytes.get(ValueLayout.JAVA_BYTE, place(column, output));
        sum += rows.at(0, column) * weight;
      }
      if (sum != room.getAtIndex(ValueLayout.JAVA_INT, output)) {
        return false;
      }
    }
    return true;
  }

  private static long place(int column, int output) {
    return column / 4 * 4L * WIDTH + 4L * output + column % 4;
  }

  /// Computes the bounds of every row in the outputs of blocks `from` to `end - 1`, in the calling
  /// thread and in [Brgemm#tiled].
  ///
  /// @param room for [#roomSize] integers
  /// @param bounds `[rows, groups]`, [#ordered]
  void bounds(Int8Rows rows, int from, int end, MemorySegment room, int[] bounds) {
    var factors = new float[TOGETHER * 3];
    for (int row = 0; row < rows.count(); row += TOGETHER) {
      int count = Math.min(TOGETHER, rows.count() - row);
      for (int i = 0; i < count; i++) {
        factors[3 * i] = rows.step(row + i);
        factors[3 * i + 1] = rows.norm(row + i);
        factors[3 * i + 2] = rows.error(row + i);
      }
      for (int block = from; block < end; block++) {
        multiply(rows, row, count, block, room);
        for (int group = 0; group < GROUPS; group++) {
          int index = block * GROUPS + group;
          if (index < groups()) {
            int first = row * groups() + index;
            bounds(room, group * GROUP, factors, count, index * GROUP, bounds, first);
          }
        }
      }
    }
  }

  private void multiply(Int8Rows rows, int row, int count, int block, MemorySegment room) {
    int columns = inputs.columns();
    var weights = new Brgemm.Block(bytes.asSlice((long) block * WIDTH * columns), WIDTH);
    var sums = new Brgemm.Block(room, WIDTH);
    Brgemm.multiplyInt8(new Brgemm.Size(count, WIDTH, columns), rows.from(row), weights, sums);
  }

  /// As floats are ordered, with which vectors are slower at finding the highest of them.
  static int ordered(float value) {
    int bits = Float.floatToRawIntBits(value);
    return bits ^ ((bits >> 31) & Integer.MAX_VALUE);
  }

  /// The highest bound of a group for each row. The loops call the Vector API only, as in
  /// [VectorProduct].
  private void bounds(
      MemorySegment room,
      int column,
      float[] factors,
      int rows,
      int output,
      int[] bounds,
      int first) {
    int groups = groups();
    for (int row = 0; row < rows; row++) {
      float step = factors[3 * row];
      float norm = factors[3 * row + 1];
      float error = factors[3 * row + 2];
      long at = 4L * (row * WIDTH + column);
      var most = IntVector.broadcast(INTS, Integer.MIN_VALUE);
      for (int i = 0; i < GROUP; i += LANES) {
        var sum =
            IntVector.fromMemorySegment(INTS, room, at + 4L * i, ORDER)
                .sub(IntVector.fromArray(INTS, offsets, output + i));
        var bits =
            ((FloatVector) sum.convertShape(VectorOperators.I2F, FLOATS, 0))
                .mul(FloatVector.fromArray(FLOATS, steps, output + i))
                .fma(
                    FloatVector.broadcast(FLOATS, step),
                    FloatVector.fromArray(FLOATS, errors, output + i)
                        .fma(
                            FloatVector.broadcast(FLOATS, norm),
                            FloatVector.fromArray(FLOATS, norms, output + i).mul(error)))
                .reinterpretAsInts();
        var sign = bits.lanewise(VectorOperators.ASHR, 31).and(Integer.MAX_VALUE);
        most = most.max(bits.lanewise(VectorOperators.XOR, sign));
      }
      bounds[first + row * groups] = most.reduceLanes(VectorOperators.MAX);
    }
  }
}
