package dev.cft.lm.vector;

import static dev.cft.lm.vector.Numbers.FLOATS;
import static dev.cft.lm.vector.Numbers.LANES;

import dev.cft.lm.torch.Brgemm;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;
import jdk.incubator.vector.FloatVector;

/// Attention of some query heads to the bf16 keys and values that they share: the scores by the
/// processor's tiles, the sums by its vectors, and what is read of a value used for all of the
/// heads (ADR 85).
///
/// Scores and weights are `[tokens, HEADS]`.
final class HeadGroup {
  /// Heads at once. Fewer take as long.
  static final int HEADS = 4;

  /// Tokens that a tile holds: the scores of so many more are computed, and not looked at.
  private static final int TILE = 16;

  /// Tokens at once: a kernel is compiled for each number of them.
  private static final int MOST = 16 * TILE;

  /// Bytes of a cache line.
  private static final int LINE = 64;

  /// Bytes that are fetched at most (our choice): more would push out of the processor's cache what
  /// is needed first.
  private static final long FETCHED = 1 << 19;

  private final int size;
  private final Numbers query;

  /// `[size/2, HEADS, 2]`.
  private final MemorySegment queries;

  private final float[] sums;
  private final float[] shares = new float[HEADS];
  private float[] weights = new float[0];

  /// Only there so that what is read is used.
  @SuppressWarnings("unused")
  private int fetched;

  private Numbers scores = new Numbers(MemorySegment.NULL, false);

  /// @param size numbers of a head
  HeadGroup(int size) {
    this.size = size;
    this.query = new Numbers(Arena.ofAuto().allocate(2L * size, 64), true);
    this.queries = Arena.ofAuto().allocate(2L * HEADS * size, 64);
    this.sums = new float[HEADS * size];
  }

  /// Sets the query of one of the heads.
  void query(int head, float[] numbers) {
    query.write(numbers, 0, size, 0);
    for (int pair = 0; pair < size / 2; pair++) {
      int both = query.memory().get(ValueLayout.JAVA_INT, 4L * pair);
      queries.set(ValueLayout.JAVA_INT, 4L * (pair * HEADS + head), both);
    }
  }

  /// Has the processor fetch the keys and the values between them: one number of each cache line is
  /// read, so that it waits for many lines at once, and not for one after the other in the middle
  /// of a computation.
  void fetch(CachedHead keys, int tokens) {
    var memory = keys.memory();
    long end = Math.min(FETCHED, 4L * size * tokens);
    int read = 0;
    for (long line = 0; line < end; line += LINE) {
      read ^= memory.get(ValueLayout.JAVA_SHORT, line);
    }
    fetched = read;
  }

  /// Computes the attention of all heads to the first tokens.
  ///
  /// @param room tokens that there is room for in the cache
  void attend(CachedHead keys, CachedHead values, int tokens, int room) {
    int computed = Math.min(room, Math.ceilDiv(tokens, TILE) * TILE);
    reserve(HEADS * computed + LANES);
    for (int at = 0; at < computed; at += MOST) {
      Brgemm.multiply(
          new Brgemm.Size(Math.min(MOST, computed - at), HEADS, size),
          new Brgemm.Block(keys.memory().asSlice(4L * size * at), 2 * size),
          new Brgemm.Block(queries, HEADS),
          new Brgemm.Block(scores.memory().asSlice(4L * HEADS * at), HEADS),
          false,
          true);
    }
    scores.read(0, weights, 0, HEADS * tokens);
    weigh(weights, tokens, shares);
    for (int i = 0; i < size; i += CachedHead.PAIR) {
      add(values.memory(), size, i, weights, tokens, sums);
    }
  }

  private void reserve(int count) {
    if (weights.length < count) {
      weights = new float[count * 5 / 4];
      scores = new Numbers(Arena.ofAuto().allocate(4L * weights.length, 64), false);
    }
  }

  /// Writes the attention of one of the heads, arranged.
  void write(int head, Numbers result, long index) {
    for (int i = head * size; i < (head + 1) * size; i += LANES) {
      FloatVector.fromArray(FLOATS, sums, i).mul(shares[head]).intoArray(sums, i);
    }
    result.writeArranged(sums, head * size, size, index);
  }

  /// Replaces scores by the weights of which a share is their softmax.
  ///
  /// @param shares where each head's share goes
  static void weigh(float[] scores, int tokens, float[] shares) {
    int count = tokens * HEADS;
    int end = Math.ceilDiv(count, LANES) * LANES;
    Arrays.fill(scores, count, end, Float.NEGATIVE_INFINITY);
    var highest = FloatVector.fromArray(FLOATS, scores, 0);
    for (int i = LANES; i < end; i += LANES) {
      highest = highest.max(FloatVector.fromArray(FLOATS, scores, i));
    }
    highest = Lanes.highestOfFourth(highest);
    var sums = FloatVector.zero(FLOATS);
    for (int i = 0; i < end; i += LANES) {
      var power = Lanes.exp(FloatVector.fromArray(FLOATS, scores, i).sub(highest));
      power.intoArray(scores, i);
      sums = sums.add(power);
    }
    sums = Lanes.sumOfFourth(sums);
    for (int head = 0; head < HEADS; head++) {
      shares[head] = 1 / sums.lane(head);
    }
  }

  /// The sums of a pair of vectors of each token by the heads' weights.
  private static void add(
      MemorySegment values, int size, int i, float[] weights, int tokens, float[] sums) {
    var even0 = FloatVector.zero(FLOATS);
    var even1 = FloatVector.zero(FLOATS);
    var even2 = FloatVector.zero(FLOATS);
    var even3 = FloatVector.zero(FLOATS);
    var odd0 = FloatVector.zero(FLOATS);
    var odd1 = FloatVector.zero(FLOATS);
    var odd2 = FloatVector.zero(FLOATS);
    var odd3 = FloatVector.zero(FLOATS);
    for (int t = 0; t < tokens; t++) {
      var bits = CachedHead.bf16(values, 2L * i + 4L * t * size);
      var even = CachedHead.even(bits);
      var odd = CachedHead.odd(bits);
      var weight0 = FloatVector.broadcast(FLOATS, weights[HEADS * t]);
      var weight1 = FloatVector.broadcast(FLOATS, weights[HEADS * t + 1]);
      var weight2 = FloatVector.broadcast(FLOATS, weights[HEADS * t + 2]);
      var weight3 = FloatVector.broadcast(FLOATS, weights[HEADS * t + 3]);
      even0 = even.fma(weight0, even0);
      even1 = even.fma(weight1, even1);
      even2 = even.fma(weight2, even2);
      even3 = even.fma(weight3, even3);
      odd0 = odd.fma(weight0, odd0);
      odd1 = odd.fma(weight1, odd1);
      odd2 = odd.fma(weight2, odd2);
      odd3 = odd.fma(weight3, odd3);
    }
    even0.intoArray(sums, i);
    odd0.intoArray(sums, i + LANES);
    even1.intoArray(sums, size + i);
    odd1.intoArray(sums, size + i + LANES);
    even2.intoArray(sums, 2 * size + i);
    odd2.intoArray(sums, 2 * size + i + LANES);
    even3.intoArray(sums, 3 * size + i);
    odd3.intoArray(sums, 3 * size + i + LANES);
  }
}
