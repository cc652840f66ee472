package dev.cft.lm.vector;

import static dev.cft.lm.vector.Numbers.FLOATS;
import static dev.cft.lm.vector.Numbers.LANES;

import java.util.Optional;
import jdk.incubator.vector.FloatVector;

/// The heads that a model attends by: H query heads share K key and value heads of D numbers.
public final class AttentionHeads {
  private final int group;
  private final int keyValueHeads;
  private final int size;
  private final float scale;

  /// What one layer computes with, beside keys and values of earlier tokens.
  ///
  /// @param projected queries, keys and values of tokens `[B, H+2K, D]`
  /// @param queryNorm for each query head, in models that have it
  /// @param keyNorm for each key head, in models that have it
  /// @param result `[B, H, D]`
  public record Layer(
      Numbers projected, Optional<RmsNorm> queryNorm, Optional<RmsNorm> keyNorm, Numbers result) {}

  /// One token in one of a layer's key and value heads.
  static final class Token {
    final Layer layer;
    final float[] cos;
    final float[] sin;
    final int index;
    final int head;
    final int position;

    /// @param cos the rotary position embedding's cosines `[positions, D/2]`
    /// @param sin its sines
    /// @param index which of the B tokens
    Token(Layer layer, float[] cos, float[] sin, int index, int head, int position) {
      this.layer = layer;
      this.cos = cos;
      this.sin = sin;
      this.index = index;
      this.head = head;
      this.position = position;
    }
  }

  /// @param heads H, a multiple of `keyValueHeads`
  /// @param keyValueHeads K
  /// @param size D, of which [#fits] must hold
  public AttentionHeads(int heads, int keyValueHeads, int size) {
    this.group = heads / keyValueHeads;
    this.keyValueHeads = keyValueHeads;
    this.size = size;
    this.scale = (float) (1 / Math.sqrt(size));
  }

  /// Whether heads of this size are whole vectors here.
  public static boolean fits(int size) {
    return size % CachedHead.BLOCK == 0;
  }

  /// Query heads that share keys.
  int group() {
    return group;
  }

  int keyValueHeads() {
    return keyValueHeads;
  }

  int size() {
    return size;
  }

  /// Reads the token's key.
  void key(Token token, float[] to) {
    turned(token, group * keyValueHeads + token.head, token.layer.keyNorm, 1f, to);
  }

  /// Reads its value.
  void value(Token token, float[] to) {
    read(token, (group + 1) * keyValueHeads + token.head, to);
  }

  /// Reads one of the query heads that share the token's key as it is multiplied by keys.
  ///
  /// @param factor by which scores are larger than the softmax's
  void query(Token token, int which, float factor, float[] to) {
    turned(token, token.head * group + which, token.layer.queryNorm, factor * scale, to);
  }

  /// Where the attention of one of these heads goes in the layer's result.
  long result(Token token, int which) {
    return (((long) token.index * keyValueHeads + token.head) * group + which) * size;
  }

  private void read(Token token, int head, float[] to) {
    long first = (long) token.index * (group + 2) * keyValueHeads;
    token.layer.projected.read((first + head) * size, to, 0, size);
  }

  /// Reads one of the token's heads, normalises it where the model does, and turns it to its
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
