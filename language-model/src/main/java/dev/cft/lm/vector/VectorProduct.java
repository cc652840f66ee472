package dev.cft.lm.vector;

import static dev.cft.lm.vector.CachedHead.bf16;
import static dev.cft.lm.vector.CachedHead.even;
import static dev.cft.lm.vector.CachedHead.fp32;
import static dev.cft.lm.vector.CachedHead.odd;
import static dev.cft.lm.vector.Numbers.FLOATS;
import static dev.cft.lm.vector.Numbers.LANES;

import dev.cft.lm.torch.PackedMatrix;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandles;
import java.util.Arrays;
import jdk.incubator.vector.FloatVector;

/// Products of rows by a packed matrix, in the calling thread: the four vectors of outputs that a
/// block is wide are read once for four rows, whose sums stay in the processor's registers (ADR
/// 86).
public final class VectorProduct implements PartProduct {
  /// Outputs at once: all of a block, because memory is half as fast at every other half of it.
  private static final int WIDTH = 4 * LANES;

  /// Rows at once.
  private static final int TOGETHER = 4;

  private static final ThreadLocal<Scratch> SCRATCH = ThreadLocal.withInitial(Scratch::new);

  private static final CompiledLoop ONE_FP32 = new CompiledLoop(MethodHandles.lookup(), "oneFp32");
  private static final CompiledLoop ONE_BF16 = new CompiledLoop(MethodHandles.lookup(), "oneBf16");
  private static final CompiledLoop FOUR_FP32 =
      new CompiledLoop(MethodHandles.lookup(), "fourFp32");
  private static final CompiledLoop FOUR_BF16 =
      new CompiledLoop(MethodHandles.lookup(), "fourBf16");

  private final PackedMatrix matrix;

  /// A thread's.
  private static final class Scratch {
    final float[] sums = new float[TOGETHER * WIDTH];
    final float[] earlier = new float[WIDTH];
    float[] rows = new float[0];
    int count;

    /// Writes some of the sums, or adds them to what is there.
    void write(int first, int columns, Sums to, long index) {
      if (to.add()) {
        to.numbers().read(index, earlier, 0, columns);
        for (int i = 0; i < columns; i++) {
          sums[first + i] += earlier[i];
        }
      }
      to.numbers().write(sums, first, columns, index);
    }
  }

  /// Whether the blocks of this matrix are as wide as four vectors here.
  public static boolean fits(PackedMatrix matrix) {
    return matrix.width() == WIDTH;
  }

  /// @param matrix of which [#fits] must hold
  public VectorProduct(PackedMatrix matrix) {
    this.matrix = matrix;
  }

  @Override
  public int unit() {
    return WIDTH;
  }

  @Override
  public void take(Numbers rows, int count) {
    var scratch = SCRATCH.get();
    int inputs = matrix.inputs();
    int whole = count == 1 ? 1 : Math.ceilDiv(count, TOGETHER) * TOGETHER;
    if (scratch.rows.length < whole * inputs) {
      scratch.rows = new float[whole * inputs];
    }
    rows.read(0, scratch.rows, 0, count * inputs);
    Arrays.fill(scratch.rows, count * inputs, whole * inputs, 0f);
    scratch.count = count;
  }

  /// Of blocks that the outputs do not fill, all is computed.
  @Override
  public void multiply(int from, int end, Sums to) {
    var scratch = SCRATCH.get();
    for (int output = from; output < end; ) {
      int block = output / WIDTH * WIDTH;
      int next = Math.min(end, block + WIDTH);
      for (int row = 0; row < scratch.count; row += TOGETHER) {
        multiply(block, row, scratch);
        int rows = Math.min(TOGETHER, scratch.count - row);
        for (int i = 0; i < rows; i++) {
          long index = to.at() + (long) (row + i) * to.step() + output - from;
          scratch.write(i * WIDTH + output - block, next - output, to, index);
        }
      }
      output = next;
    }
  }

  private void multiply(int block, int row, Scratch scratch) {
    int inputs = matrix.inputs();
    long step = 4L * matrix.width();
    loop(scratch.count > 1)
        .run(
            matrix.memory(),
            matrix.place(block),
            step,
            scratch.rows,
            row * inputs,
            inputs,
            scratch.sums);
  }

  private CompiledLoop loop(boolean four) {
    if (matrix.bf16()) {
      return four ? FOUR_BF16 : ONE_BF16;
    }
    return four ? FOUR_FP32 : ONE_FP32;
  }

  static void oneFp32(
      MemorySegment weights, long at, long step, float[] x, int first, int inputs, float[] sums) {
    var a = FloatVector.zero(FLOATS);
    var b = FloatVector.zero(FLOATS);
    var c = FloatVector.zero(FLOATS);
    var d = FloatVector.zero(FLOATS);
    for (int i = 0; i < inputs; i++) {
      long place = at + i * step;
      var number = FloatVector.broadcast(FLOATS, x[first + i]);
      a = fp32(weights, place).fma(number, a);
      b = fp32(weights, place + 4L * LANES).fma(number, b);
      c = fp32(weights, place + 8L * LANES).fma(number, c);
      d = fp32(weights, place + 12L * LANES).fma(number, d);
    }
    a.intoArray(sums, 0);
    b.intoArray(sums, LANES);
    c.intoArray(sums, 2 * LANES);
    d.intoArray(sums, 3 * LANES);
  }

  static void oneBf16(
      MemorySegment weights, long at, long step, float[] x, int first, int inputs, float[] sums) {
    var a = FloatVector.zero(FLOATS);
    var b = FloatVector.zero(FLOATS);
    var c = FloatVector.zero(FLOATS);
    var d = FloatVector.zero(FLOATS);
    for (int i = 0; i < inputs - 1; i += 2) {
      long place = at + (i >> 1) * step;
      var even = FloatVector.broadcast(FLOATS, x[first + i]);
      var odd = FloatVector.broadcast(FLOATS, x[first + i + 1]);
      var as = bf16(weights, place);
      a = odd(as).fma(odd, even(as).fma(even, a));
      var bs = bf16(weights, place + 4L * LANES);
      b = odd(bs).fma(odd, even(bs).fma(even, b));
      var cs = bf16(weights, place + 8L * LANES);
      c = odd(cs).fma(odd, even(cs).fma(even, c));
      var ds = bf16(weights, place + 12L * LANES);
      d = odd(ds).fma(odd, even(ds).fma(even, d));
    }
    a.intoArray(sums, 0);
    b.intoArray(sums, LANES);
    c.intoArray(sums, 2 * LANES);
    d.intoArray(sums, 3 * LANES);
  }

  static void fourFp32(
      MemorySegment weights, long at, long step, float[] x, int first, int inputs, float[] sums) {
    var zero = FloatVector.zero(FLOATS);
    FloatVector a0 = zero, b0 = zero, c0 = zero, d0 = zero;
    FloatVector a1 = zero, b1 = zero, c1 = zero, d1 = zero;
    FloatVector a2 = zero, b2 = zero, c2 = zero, d2 = zero;
    FloatVector a3 = zero, b3 = zero, c3 = zero, d3 = zero;
    for (int i = 0; i < inputs; i++) {
      var a = fp32(weights, at + i * step);
      var b = fp32(weights, at + i * step + 4L * LANES);
      var c = fp32(weights, at + i * step + 8L * LANES);
      var d = fp32(weights, at + i * step + 12L * LANES);
      var x0 = FloatVector.broadcast(FLOATS, x[first + i]);
      a0 = a.fma(x0, a0);
      b0 = b.fma(x0, b0);
      c0 = c.fma(x0, c0);
      d0 = d.fma(x0, d0);
      var x1 = FloatVector.broadcast(FLOATS, x[first + inputs + i]);
      a1 = a.fma(x1, a1);
      b1 = b.fma(x1, b1);
      c1 = c.fma(x1, c1);
      d1 = d.fma(x1, d1);
      var x2 = FloatVector.broadcast(FLOATS, x[first + 2 * inputs + i]);
      a2 = a.fma(x2, a2);
      b2 = b.fma(x2, b2);
      c2 = c.fma(x2, c2);
      d2 = d.fma(x2, d2);
      var x3 = FloatVector.broadcast(FLOATS, x[first + 3 * inputs + i]);
      a3 = a.fma(x3, a3);
      b3 = b.fma(x3, b3);
      c3 = c.fma(x3, c3);
      d3 = d.fma(x3, d3);
    }
    a0.intoArray(sums, 0);
    b0.intoArray(sums, LANES);
    c0.intoArray(sums, 2 * LANES);
    d0.intoArray(sums, 3 * LANES);
    a1.intoArray(sums, 4 * LANES);
    b1.intoArray(sums, 5 * LANES);
    c1.intoArray(sums, 6 * LANES);
    d1.intoArray(sums, 7 * LANES);
    a2.intoArray(sums, 8 * LANES);
    b2.intoArray(sums, 9 * LANES);
    c2.intoArray(sums, 10 * LANES);
    d2.intoArray(sums, 11 * LANES);
    a3.intoArray(sums, 12 * LANES);
    b3.intoArray(sums, 13 * LANES);
    c3.intoArray(sums, 14 * LANES);
    d3.intoArray(sums, 15 * LANES);
  }

  static void fourBf16(
      MemorySegment weights, long at, long step, float[] x, int first, int inputs, float[] sums) {
    var zero = FloatVector.zero(FLOATS);
    FloatVector a0 = zero, b0 = zero, c0 = zero, d0 = zero;
    FloatVector a1 = zero, b1 = zero, c1 = zero, d1 = zero;
    FloatVector a2 = zero, b2 = zero, c2 = zero, d2 = zero;
    FloatVector a3 = zero, b3 = zero, c3 = zero, d3 = zero;
    for (int i = 0; i < inputs - 1; i += 2) {
      var a = bf16(weights, at + (i >> 1) * step);
      var b = bf16(weights, at + (i >> 1) * step + 4L * LANES);
      var c = bf16(weights, at + (i >> 1) * step + 8L * LANES);
      var d = bf16(weights, at + (i >> 1) * step + 12L * LANES);
      FloatVector evenA = even(a), oddA = odd(a);
      FloatVector evenB = even(b), oddB = odd(b);
      FloatVector evenC = even(c), oddC = odd(c);
      FloatVector evenD = even(d), oddD = odd(d);
      var x0 = FloatVector.broadcast(FLOATS, x[first + i]);
      var y0 = FloatVector.broadcast(FLOATS, x[first + i + 1]);
      a0 = oddA.fma(y0, evenA.fma(x0, a0));
      b0 = oddB.fma(y0, evenB.fma(x0, b0));
      c0 = oddC.fma(y0, evenC.fma(x0, c0));
      d0 = oddD.fma(y0, evenD.fma(x0, d0));
      var x1 = FloatVector.broadcast(FLOATS, x[first + inputs + i]);
      var y1 = FloatVector.broadcast(FLOATS, x[first + inputs + i + 1]);
      a1 = oddA.fma(y1, evenA.fma(x1, a1));
      b1 = oddB.fma(y1, evenB.fma(x1, b1));
      c1 = oddC.fma(y1, evenC.fma(x1, c1));
      d1 = oddD.fma(y1, evenD.fma(x1, d1));
      FloatVector x2 = FloatVector.broadcast(FLOATS, x[first + 2 * inputs + i]),
          y2 = FloatVector.broadcast(FLOATS, x[first + 2 * inputs + i + 1]);
      a2 = oddA.fma(y2, evenA.fma(x2, a2));
      b2 = oddB.fma(y2, evenB.fma(x2, b2));
      c2 = oddC.fma(y2, evenC.fma(x2, c2));
      d2 = oddD.fma(y2, evenD.fma(x2, d2));
      FloatVector x3 = FloatVector.broadcast(FLOATS, x[first + 3 * inputs + i]),
          y3 = FloatVector.broadcast(FLOATS, x[first + 3 * inputs + i + 1]);
      a3 = oddA.fma(y3, evenA.fma(x3, a3));
      b3 = oddB.fma(y3, evenB.fma(x3, b3));
      c3 = oddC.fma(y3, evenC.fma(x3, c3));
      d3 = oddD.fma(y3, evenD.fma(x3, d3));
    }
    a0.intoArray(sums, 0);
    b0.intoArray(sums, LANES);
    c0.intoArray(sums, 2 * LANES);
    d0.intoArray(sums, 3 * LANES);
    a1.intoArray(sums, 4 * LANES);
    b1.intoArray(sums, 5 * LANES);
    c1.intoArray(sums, 6 * LANES);
    d1.intoArray(sums, 7 * LANES);
    a2.intoArray(sums, 8 * LANES);
    b2.intoArray(sums, 9 * LANES);
    c2.intoArray(sums, 10 * LANES);
    d2.intoArray(sums, 11 * LANES);
    a3.intoArray(sums, 12 * LANES);
    b3.intoArray(sums, 13 * LANES);
    c3.intoArray(sums, 14 * LANES);
    d3.intoArray(sums, 15 * LANES);
  }
}
