package dev.cft.lm.vector;

import static dev.cft.lm.vector.Numbers.FLOATS;
import static dev.cft.lm.vector.Numbers.INTS;
import static dev.cft.lm.vector.Numbers.LANES;
import static dev.cft.lm.vector.Numbers.ORDER;
import static dev.cft.lm.vector.Numbers.UPPER;

import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandles;
import java.util.Arrays;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorShuffle;

/// The keys or the values of one head of one row: `size` numbers of each token, then as many of the
/// other kind.
///
/// Every 2 × [Numbers#LANES] numbers are *arranged*: in bf16 first the even, then the odd ones, as
/// they lie in the halves of 32-bit integers; in fp32 as they are.
///
/// @param cache the whole cache
/// @param first index of the first token's first number
/// @param size a multiple of [#BLOCK]
record CachedHead(Numbers cache, long first, int size) {
  static final int PAIR = 2 * LANES;

  /// Numbers that are computed with at once: four vectors stay in the processor's registers.
  static final int BLOCK = 4 * LANES;

  private static final VectorShuffle<Float> EVEN = VectorShuffle.fromOp(FLOATS, i -> 2 * i);
  private static final VectorShuffle<Float> ODD = VectorShuffle.fromOp(FLOATS, i -> 2 * i + 1);

  private static final CompiledLoop PRODUCTS_FP32 =
      new CompiledLoop(MethodHandles.lookup(), "productsFp32");
  private static final CompiledLoop PRODUCTS_BF16 =
      new CompiledLoop(MethodHandles.lookup(), "productsBf16");
  private static final CompiledLoop SUM_FP32 = new CompiledLoop(MethodHandles.lookup(), "sumFp32");
  private static final CompiledLoop SUM_BF16 = new CompiledLoop(MethodHandles.lookup(), "sumBf16");

  /// The cache from the first token's first number on.
  MemorySegment memory() {
    return cache.memory().asSlice(first * cache.size());
  }

  /// Copies `size` numbers into the order in which the vectors come.
  void arrange(float[] from, float[] to) {
    if (!cache.bf16()) {
      System.arraycopy(from, 0, to, 0, size);
      return;
    }
    for (int pair = 0; pair < size; pair += PAIR) {
      var first = FloatVector.fromArray(FLOATS, from, pair);
      var second = FloatVector.fromArray(FLOATS, from, pair + LANES);
      first.rearrange(EVEN, second).intoArray(to, pair);
      first.rearrange(ODD, second).intoArray(to, pair + LANES);
    }
  }

  /// Dot products of an arranged query with the first `tokens` tokens.
  void products(float[] query, int tokens, float[] results) {
    Arrays.fill(results, 0, tokens, 0f);
    for (int i = 0; i < size; i += BLOCK) {
      call(cache.bf16() ? PRODUCTS_BF16 : PRODUCTS_FP32, i, query, tokens, results);
    }
  }

  /// The sum of the first `tokens` tokens by their weights, arranged.
  void sum(float[] weights, int tokens, float[] result) {
    for (int i = 0; i < size; i += BLOCK) {
      call(cache.bf16() ? SUM_BF16 : SUM_FP32, i, weights, tokens, result);
    }
  }

  private void call(CompiledLoop loop, int i, float[] from, int tokens, float[] to) {
    long step = 2L * size * cache.size();
    loop.run(cache.memory(), (first + i) * cache.size(), step, from, i, tokens, to);
  }

  static void productsBf16(
      MemorySegment keys, long at, long step, float[] query, int i, int tokens, float[] results) {
    var evenA = FloatVector.fromArray(FLOATS, query, i);
    var oddA = FloatVector.fromArray(FLOATS, query, i + LANES);
    var evenB = FloatVector.fromArray(FLOATS, query, i + 2 * LANES);
    var oddB = FloatVector.fromArray(FLOATS, query, i + 3 * LANES);
    for (int t = 0; t < tokens; t++) {
      var a = bf16(keys, at + t * step);
      var b = bf16(keys, at + t * step + 4L * LANES);
      var sums = even(a).fma(evenA, odd(a).mul(oddA));
      results[t] += Lanes.sum(even(b).fma(evenB, odd(b).fma(oddB, sums)));
    }
  }

  static void productsFp32(
      MemorySegment keys, long at, long step, float[] query, int i, int tokens, float[] results) {
    var a = FloatVector.fromArray(FLOATS, query, i);
    var b = FloatVector.fromArray(FLOATS, query, i + LANES);
    var c = FloatVector.fromArray(FLOATS, query, i + 2 * LANES);
    var d = FloatVector.fromArray(FLOATS, query, i + 3 * LANES);
    for (int t = 0; t < tokens; t++) {
      long key = at + t * step;
      var sums = fp32(keys, key).fma(a, fp32(keys, key + 4L * LANES).mul(b));
      sums = fp32(keys, key + 8L * LANES).fma(c, sums);
      sums = fp32(keys, key + 12L * LANES).fma(d, sums);
      results[t] += Lanes.sum(sums);
    }
  }

  static void sumBf16(
      MemorySegment values, long at, long step, float[] weights, int i, int tokens, float[] sums) {
    var evenA = FloatVector.zero(FLOATS);
    var oddA = FloatVector.zero(FLOATS);
    var evenB = FloatVector.zero(FLOATS);
    var oddB = FloatVector.zero(FLOATS);
    for (int t = 0; t < tokens; t++) {
      var weight = FloatVector.broadcast(FLOATS, weights[t]);
      var a = bf16(values, at + t * step);
      var b = bf16(values, at + t * step + 4L * LANES);
      evenA = even(a).fma(weight, evenA);
      oddA = odd(a).fma(weight, oddA);
      evenB = even(b).fma(weight, evenB);
      oddB = odd(b).fma(weight, oddB);
    }
    evenA.intoArray(sums, i);
    oddA.intoArray(sums, i + LANES);
    evenB.intoArray(sums, i + 2 * LANES);
    oddB.intoArray(sums, i + 3 * LANES);
  }

  static void sumFp32(
      MemorySegment values, long at, long step, float[] weights, int i, int tokens, float[] sums) {
    var a = FloatVector.zero(FLOATS);
    var b = FloatVector.zero(FLOATS);
    var c = FloatVector.zero(FLOATS);
    var d = FloatVector.zero(FLOATS);
    for (int t = 0; t < tokens; t++) {
      var weight = FloatVector.broadcast(FLOATS, weights[t]);
      long value = at + t * step;
      a = fp32(values, value).fma(weight, a);
      b = fp32(values, value + 4L * LANES).fma(weight, b);
      c = fp32(values, value + 8L * LANES).fma(weight, c);
      d = fp32(values, value + 12L * LANES).fma(weight, d);
    }
    a.intoArray(sums, i);
    b.intoArray(sums, i + LANES);
    c.intoArray(sums, i + 2 * LANES);
    d.intoArray(sums, i + 3 * LANES);
  }

  /// Two vectors of bf16 numbers, in pairs.
  static IntVector bf16(MemorySegment memory, long at) {
    return IntVector.fromMemorySegment(INTS, memory, at, ORDER);
  }

  static FloatVector even(IntVector bits) {
    return bits.lanewise(VectorOperators.LSHL, 16).reinterpretAsFloats();
  }

  static FloatVector odd(IntVector bits) {
    return bits.and(UPPER).reinterpretAsFloats();
  }

  static FloatVector fp32(MemorySegment memory, long at) {
    return FloatVector.fromMemorySegment(FLOATS, memory, at, ORDER);
  }
}
