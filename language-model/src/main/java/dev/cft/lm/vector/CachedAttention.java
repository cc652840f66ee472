package dev.cft.lm.vector;

import static dev.cft.lm.vector.Numbers.FLOATS;
import static dev.cft.lm.vector.Numbers.LANES;

import dev.cft.lm.torch.Brgemm;
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
  private final boolean together;
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

  /// One token in one of a layer's key and value heads.
  static final class Token {
    final Layer layer;
    final float[] cos;
    final float[] sin;
    final int row;
    final int head;
    final int position;

    Token(Layer layer, float[] cos, float[] sin, int row, int head, int position) {
      this.layer = layer;
      this.cos = cos;
      this.sin = sin;
      this.row = row;
      this.head = head;
      this.position = position;
    }
  }

  /// Buffers of a thread.
  private final class Scratch {
    final float[] head = new float[size];
    final float[] query = new float[size];
    final float[] sums = new float[size];
    final HeadGroup together = new HeadGroup(size);
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
  /// @param bf16 whether the cache is
  public CachedAttention(int heads, int keyValueHeads, int size, boolean bf16) {
    this.group = heads / keyValueHeads;
    this.keyValueHeads = keyValueHeads;
    this.size = size;
    this.scale = (float) (1 / Math.sqrt(size));
    this.together = bf16 && group > 1 && Brgemm.tiles();
  }

  /// Whether heads of this size are whole vectors here.
  public static boolean fits(int size) {
    return size % CachedHead.BLOCK == 0;
  }

  /// Writes the key and value of the token at `position` of row `row` of one key and value head
  /// into the cache, and the attention of the query heads that share it into the result, in
  /// [Brgemm#tiled].
  ///
  /// @param cos the rotary position embedding's cosines `[positions, D/2]`
  /// @param sin its sines
  public void attend(Layer layer, float[] cos, float[] sin, int row, int head, int position) {
    var token = new Token(layer, cos, sin, row, head, position);
    long cached = place(layer, row, head);
    var keys = new CachedHead(layer.cache, cached, size);
    var values = new CachedHead(layer.cache, cached + size, size);
    var buffers = scratch.get();
    if (together) {
      buffers.together.fetch(keys, position + 1);
    }
    remember(token, cached + (long) position * 2 * size, buffers.head);
    if (together) {
      attendTogether(token, keys, values, buffers);
    } else {
      attendOneByOne(token, keys, values, buffers);
    }
  }

  int group() {
    return group;
  }

  int keyValueHeads() {
    return keyValueHeads;
  }

  int size() {
    return size;
  }

  /// Where the first key of one of a row's heads is in the cache.
  long place(Layer layer, int row, int head) {
    return layer.start + ((long) row * keyValueHeads + head) * layer.slots * 2 * size;
  }

  /// Writes the token's key and, behind it, its value.
  ///
  /// @param head room for one
  void remember(Token token, long place, float[] head) {
    var cache = token.layer.cache;
    int key = group * keyValueHeads + token.head;
    turned(token, key, token.layer.keyNorm, 1f, head);
    cache.write(head, 0, size, place);
    read(token, key + keyValueHeads, head);
    cache.write(head, 0, size, place + size);
  }

  /// Reads one of the token's query heads as it is multiplied by keys.
  void query(Token token, int head, float[] to) {
    turned(token, head, token.layer.queryNorm, scale, to);
  }

  private void attendTogether(Token token, CachedHead keys, CachedHead values, Scratch buffers) {
    int first = token.head * group;
    for (int i = 0; i < group; i += HeadGroup.HEADS) {
      int heads = Math.min(HeadGroup.HEADS, group - i);
      for (int h = 0; h < heads; h++) {
        query(token, first + i + h, buffers.head);
        buffers.together.query(h, buffers.head);
      }
      buffers.together.attend(keys, values, token.position + 1, token.layer.slots);
      for (int h = 0; h < heads; h++) {
        buffers.together.write(h, token.layer.result, result(token, first + i + h));
      }
    }
  }

  private void attendOneByOne(Token token, CachedHead keys, CachedHead values, Scratch buffers) {
    int length = token.position + 1;
    int whole = (length + LANES - 1) / LANES * LANES;
    float[] weights = buffers.weights(whole);
    for (int h = token.head * group; h < (token.head + 1) * group; h++) {
      query(token, h, buffers.head);
      keys.arrange(buffers.head, buffers.query);
      keys.products(buffers.query, length, weights);
      Arrays.fill(weights, length, whole, Float.NEGATIVE_INFINITY);
      Rows.softmax(weights, 0, whole);
      values.sum(weights, length, buffers.sums);
      token.layer.result.writeArranged(buffers.sums, 0, size, result(token, h));
    }
  }

  private long result(Token token, int head) {
    return ((long) token.row * group * keyValueHeads + head) * size;
  }

  /// Reads one of the row's heads.
  private void read(Token token, int head, float[] to) {
    long row = (long) token.row * (group + 2) * keyValueHeads;
    token.layer.projected.read((row + head) * size, to, 0, size);
  }

  /// Reads one of the row's heads, normalises it where the model does, and turns it to its
  /// position: its halves are the pairs (RoFormer, arXiv 2104.09864; half-split as in Hugging
  /// Face).
  private void turned(Token token, int head, Optional<RmsNorm> norm, float scale, float[] x) {
    read(token, head, x);
    norm.ifPresent(present -> present.apply(x, 0, x, 0));
    int half = size / 2;
    int table = token.position * half;
    for (int i = 0; i < half; i += LANES) {
      var a = FloatVector.fromArray(FLOATS, x, i);
      var b = FloatVector.fromArray(FLOATS, x, half + i);
      var c = FloatVector.fromArray(FLOATS, token.cos, table + i).mul(scale);
      var d = FloatVector.fromArray(FLOATS, token.sin, table + i).mul(scale);
      a.mul(c).sub(b.mul(d)).intoArray(x, i);
      b.mul(c).add(a.mul(d)).intoArray(x, half + i);
    }
  }
}
