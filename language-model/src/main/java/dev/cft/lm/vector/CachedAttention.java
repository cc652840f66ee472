package dev.cft.lm.vector;

import static dev.cft.lm.vector.Numbers.FLOATS;
import static dev.cft.lm.vector.Numbers.LANES;

import java.util.Arrays;
import java.util.Optional;
import jdk.incubator.vector.FloatVector;

/// Attention of one new token of each row to the tokens in its cache: H query heads share K key and
/// value heads of D numbers.
public final class CachedAttention {
  private final int group;
  private final int keyValueHeads;
  private final int size;
  private final float scale;
  private final ThreadLocal<Scratch> scratch = ThreadLocal.withInitial(Scratch::new);

  /// What one layer computes with.
  ///
  /// @param projected queries, keys and values `[B, H+2K, D]`
  /// @param queryNorm for each query head, in models that have it
  /// @param keyNorm for each key head, in models that have it
  /// @param cache keys and values `[layers, R, K, S, 2, D]`
  /// @param start where the layer's part of the cache begins
  /// @param slots S
  /// @param result `[B, H, D]`
  public record Layer(
      Numbers projected,
      Optional<RmsNorm> queryNorm,
      Optional<RmsNorm> keyNorm,
      Numbers cache,
      long start,
      int slots,
      Numbers result) {}

  /// Buffers of a thread.
  private final class Scratch {
    final float[] head = new float[size];
    final float[] query = new float[size];
    final float[] sums = new float[size];
    float[] weights = new float[0];

    float[] weights(int count) {
      if (weights.length < count) {
        weights = new float[count * 5 / 4];
      }
      return weights;
    }
  }

  /// @param heads H, a multiple of `keyValueHeads`
  /// @param keyValueHeads K
  /// @param size D, of which [#fits] must hold
  public CachedAttention(int heads, int keyValueHeads, int size) {
    this.group = heads / keyValueHeads;
    this.keyValueHeads = keyValueHeads;
    this.size = size;
    this.scale = (float) (1 / Math.sqrt(size));
  }

  /// Whether heads of this size are whole vectors here.
  public static boolean fits(int size) {
    return size % CachedHead.BLOCK == 0;
  }

  /// Writes the key and value of the token at `position` of row `row` of one key and value head
  /// into the cache, and the attention of the query heads that share it into the result.
  ///
  /// @param cos the rotary position embedding's cosines `[positions, D/2]`
  /// @param sin its sines
  public void attend(Layer layer, float[] cos, float[] sin, int row, int head, int position) {
    var buffers = scratch.get();
    long projected = (long) row * (group + 2) * keyValueHeads * size;
    long cached = layer.start + ((long) row * keyValueHeads + head) * layer.slots * 2 * size;
    remember(layer, cos, sin, projected, cached, head, position);
    var keys = new CachedHead(layer.cache, cached, size);
    var values = new CachedHead(layer.cache, cached + size, size);
    int length = position + 1;
    int whole = (length + LANES - 1) / LANES * LANES;
    float[] weights = buffers.weights(whole);
    for (int h = head * group; h < (head + 1) * group; h++) {
      layer.projected.read(projected + (long) h * size, buffers.head, 0, size);
      turned(buffers.head, layer.queryNorm, cos, sin, position, scale);
      keys.arrange(buffers.head, buffers.query);
      keys.products(buffers.query, length, weights);
      Arrays.fill(weights, length, whole, Float.NEGATIVE_INFINITY);
      Rows.softmax(weights, 0, whole);
      values.sum(weights, length, buffers.sums);
      layer.result.writeArranged(
          buffers.sums, size, ((long) row * group * keyValueHeads + h) * size);
    }
  }

  private void remember(
      Layer layer, float[] cos, float[] sin, long projected, long cached, int head, int position) {
    float[] buffer = scratch.get().head;
    long keyAt = projected + ((long) group * keyValueHeads + head) * size;
    layer.projected.read(keyAt, buffer, 0, size);
    turned(buffer, layer.keyNorm, cos, sin, position, 1f);
    long place = cached + (long) position * 2 * size;
    layer.cache.write(buffer, 0, size, place);
    layer.projected.read(keyAt + (long) keyValueHeads * size, buffer, 0, size);
    layer.cache.write(buffer, 0, size, place + size);
  }

  /// Normalises a head where the model does, and turns it to its position: its halves are the pairs
  /// (RoFormer, arXiv 2104.09864; half-split as in Hugging Face).
  private void turned(
      float[] x, Optional<RmsNorm> norm, float[] cos, float[] sin, int position, float scale) {
    norm.ifPresent(present -> present.apply(x, 0, x, 0));
    int half = size / 2;
    int table = position * half;
    for (int i = 0; i < half; i += LANES) {
      var a = FloatVector.fromArray(FLOATS, x, i);
      var b = FloatVector.fromArray(FLOATS, x, half + i);
      var c = FloatVector.fromArray(FLOATS, cos, table + i).mul(scale);
      var d = FloatVector.fromArray(FLOATS, sin, table + i).mul(scale);
      a.mul(c).sub(b.mul(d)).intoArray(x, i);
      b.mul(c).add(a.mul(d)).intoArray(x, half + i);
    }
  }
}
