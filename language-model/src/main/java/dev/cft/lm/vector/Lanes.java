package dev.cft.lm.vector;

import static dev.cft.lm.vector.Numbers.FLOATS;
import static dev.cft.lm.vector.Numbers.LANES;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorShuffle;

/// What the Vector API has, too, but with other roundings before its methods are compiled than
/// after: a seed would give other tokens depending on when the compiler is done.
final class Lanes {
  private static final VectorShuffle<Float> BY_8 = exchange(8);
  private static final VectorShuffle<Float> BY_4 = exchange(4);
  private static final VectorShuffle<Float> BY_2 = exchange(2);
  private static final VectorShuffle<Float> BY_1 = exchange(1);

  /// 1.5 · 2²³: added to a small number, it leaves the nearest integer in the lowest bits; taken
  /// away again, it leaves that integer.
  static final float ROUNDING = 0x1.8p23f;

  /// ln 2, of which the first part times an exponent is exact.
  private static final float LN2_HIGH = 0x1.63p-1f;

  private static final float LN2_LOW = -2.1219444e-4f;

  /// Below this `e^x` is taken for 0, before numbers lose their leading digit.
  private static final float LEAST = -86;

  /// Above this `e^x` is taken for that of this, before it is infinite.
  private static final float MOST = 88;

  private Lanes() {}

  private static VectorShuffle<Float> exchange(int distance) {
    return VectorShuffle.fromOp(FLOATS, i -> (i ^ distance) % LANES);
  }

  /// The sum of the lanes, halves to halves.
  static float sum(FloatVector x) {
    var sums = sumOfFourth(x);
    sums = sums.add(sums.rearrange(BY_2));
    return sums.add(sums.rearrange(BY_1)).lane(0);
  }

  /// In each lane the sum of every fourth one from there on, around.
  static FloatVector sumOfFourth(FloatVector x) {
    var sums = LANES > 8 ? x.add(x.rearrange(BY_8)) : x;
    return LANES > 4 ? sums.add(sums.rearrange(BY_4)) : sums;
  }

  /// In each lane the highest of every fourth one from there on, around.
  static FloatVector highestOfFourth(FloatVector x) {
    var highest = LANES > 8 ? x.max(x.rearrange(BY_8)) : x;
    return LANES > 4 ? highest.max(highest.rearrange(BY_4)) : highest;
  }

  /// `e^x`, two units in the last place at most beside it: `2^n · e^r`, `r` at most half of ln 2,
  /// by the polynomial of Cephes' `expf`.
  static FloatVector exp(FloatVector x) {
    var clamped = x.max(LEAST).min(MOST);
    var rounded = clamped.mul(1.442695f).add(ROUNDING);
    var n = rounded.sub(ROUNDING);
    var r = n.fma(FloatVector.broadcast(FLOATS, -LN2_LOW), n.mul(-LN2_HIGH).add(clamped));
    var p = r.mul(1.9875691e-4f).add(1.3981999e-3f);
    p = p.fma(r, FloatVector.broadcast(FLOATS, 8.333452e-3f));
    p = p.fma(r, FloatVector.broadcast(FLOATS, 4.1665796e-2f));
    p = p.fma(r, FloatVector.broadcast(FLOATS, 1.6666666e-1f));
    p = p.fma(r, FloatVector.broadcast(FLOATS, 0.5f));
    var power = p.mul(r).fma(r, r.add(1f));
    var exponent = rounded.reinterpretAsInts().lanewise(VectorOperators.LSHL, 23);
    return power
        .reinterpretAsInts()
        .add(exponent)
        .reinterpretAsFloats()
        .blend(0f, x.compare(VectorOperators.LT, LEAST));
  }

  /// `2^x` of numbers up to 127, two units in the last place at most beside it, and `2^-126` of
  /// lower ones than -126: `2^n · 2^r`, r at most a half, by a polynomial of least relative error
  /// (9 · 10⁻⁸). It takes half of the instructions of [#exp].
  static FloatVector exp2(FloatVector x) {
    var clamped = x.max(-126f);
    var rounded = clamped.add(ROUNDING);
    var r = clamped.sub(rounded.sub(ROUNDING));
    var p = r.mul(1.3264724e-3f).add(9.671513e-3f);
    p = p.fma(r, FloatVector.broadcast(FLOATS, 5.5507336e-2f));
    p = p.fma(r, FloatVector.broadcast(FLOATS, 0.24022242f));
    p = p.fma(r, FloatVector.broadcast(FLOATS, 0.693147f));
    p = p.fma(r, FloatVector.broadcast(FLOATS, 1f));
    var exponent = rounded.reinterpretAsInts().lanewise(VectorOperators.LSHL, 23);
    return p.reinterpretAsInts().add(exponent).reinterpretAsFloats();
  }
}
