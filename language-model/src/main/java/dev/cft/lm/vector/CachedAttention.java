package dev.cft.lm.vector;

import static dev.cft.lm.vector.Numbers.LANES;

import dev.cft.lm.torch.Brgemm;
import dev.cft.lm.vector.AttentionHeads.Layer;
import dev.cft.lm.vector.AttentionHeads.Token;
import java.util.Arrays;

/// Attention of one new token of each row to the tokens in its cache by the processor's vectors,
/// where [BlockAttention] does not fit. The cache is the script's.
public final class CachedAttention {
  private final AttentionHeads heads;
  private final int group;
  private final int size;
  private final boolean together;
  private final ThreadLocal<Scratch> scratch = ThreadLocal.withInitial(Scratch::new);

  /// One layer's keys and values of all rows.
  ///
  /// @param cache `[layers, R, K, S, 2, D]`: a token's key and value lie side by side
  /// @param start where the layer begins in it
  /// @param slots S
  public record Slots(Numbers cache, long start, int slots) {}

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

  /// @param bf16 whether the cache is
  public CachedAttention(AttentionHeads heads, boolean bf16) {
    this.heads = heads;
    this.group = heads.group();
    this.size = heads.size();
    this.together = bf16 && group > 1 && Brgemm.tiles();
  }

  /// Writes the key and value of the newest token of one row in one head into the cache, and the
  /// attention of the query heads that share it into the result, in [Brgemm#tiled].
  ///
  /// @param cos the rotary position embedding's cosines `[positions, D/2]`
  /// @param sin its sines
  /// @param task as many as there are rows times heads
  public void attend(Layer layer, Slots slots, float[] cos, float[] sin, Piece newest, int task) {
    int row = task / heads.keyValueHeads();
    int head = task % heads.keyValueHeads();
    int position = newest.start(row);
    var token = new Token(layer, cos, sin, row, head, position);
    long cached = slots.start + (long) task * slots.slots * 2 * size;
    var keys = new CachedHead(slots.cache, cached, size);
    var values = new CachedHead(slots.cache, cached + size, size);
    var buffers = scratch.get();
    if (together) {
      buffers.together.fetch(keys, position + 1);
    }
    remember(token, slots.cache, cached + (long) position * 2 * size, buffers.head);
    if (together) {
      attendTogether(token, keys, values, slots.slots, buffers);
    } else {
      attendOneByOne(token, keys, values, buffers);
    }
  }

  private void remember(Token token, Numbers cache, long place, float[] head) {
    heads.key(token, head);
    cache.write(head, 0, size, place);
    heads.value(token, head);
    cache.write(head, 0, size, place + size);
  }

  private void attendTogether(
      Token token, CachedHead keys, CachedHead values, int slots, Scratch buffers) {
    for (int i = 0; i < group; i += HeadGroup.HEADS) {
      int some = Math.min(HeadGroup.HEADS, group - i);
      for (int h = 0; h < some; h++) {
        heads.query(token, i + h, 1, buffers.head);
        buffers.together.query(h, buffers.head);
      }
      buffers.together.attend(keys, values, token.position + 1, slots);
      for (int h = 0; h < some; h++) {
        buffers.together.write(h, token.layer.result(), heads.result(token, i + h));
      }
    }
  }

  private void attendOneByOne(Token token, CachedHead keys, CachedHead values, Scratch buffers) {
    int length = token.position + 1;
    int whole = (length + LANES - 1) / LANES * LANES;
    float[] weights = buffers.weights(whole);
    for (int h = 0; h < group; h++) {
      heads.query(token, h, 1, buffers.head);
      keys.arrange(buffers.head, buffers.query);
      keys.products(buffers.query, length, weights);
      Arrays.fill(weights, length, whole, Float.NEGATIVE_INFINITY);
      Rows.softmax(weights, 0, whole);
      values.sum(weights, length, buffers.sums);
      token.layer.result().writeArranged(buffers.sums, 0, size, heads.result(token, h));
    }
  }
}
