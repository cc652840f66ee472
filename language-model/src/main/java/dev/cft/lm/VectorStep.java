package dev.cft.lm;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import dev.cft.lm.vector.AttentionHeads;
import dev.cft.lm.vector.BlockAttention;
import dev.cft.lm.vector.CachedAttention;
import dev.cft.lm.vector.Piece;
import org.jspecify.annotations.Nullable;

/// A step that Java computes ([VectorLayers]).
final class VectorStep implements DecodingStep {
  private final Decoder decoder;
  private final StepThreads threads = new StepThreads();
  private final VectorLayers layers;
  private final Newest attention;
  private final @Nullable VectorPrompts prompts;
  private VectorLayers.@Nullable Batch batch;

  /// Remembers the newest token of one row in one key and value head, and attends.
  private interface Newest {
    void attend(AttentionHeads.Layer layer, float[] cos, float[] sin, Piece newest, int task);
  }

  /// Whether the model is on the processor and its heads are whole vectors.
  static boolean fits(Decoder decoder) {
    return !decoder.manager().getDevice().isGpu()
        && AttentionHeads.fits(decoder.config().headSize());
  }

  VectorStep(Decoder decoder) {
    this.decoder = decoder;
    this.layers = new VectorLayers(decoder, threads);
    var config = decoder.config();
    var heads = new AttentionHeads(config.heads(), config.keyValueHeads(), config.headSize());
    boolean bf16 = decoder.precision() == Precision.BF16;
    if (BlockAttention.fits(bf16)) {
      var blocks = new BlockAttention(heads, bf16);
      this.attention = blocks::attendNewest;
      this.prompts = new VectorPrompts(decoder, threads, layers, blocks);
    } else {
      this.attention = new CachedAttention(heads, bf16)::attend;
      this.prompts = null;
    }
  }

  @Override
  public NextTokens run(
      NDManager scope, long[] ids, long[] positions, KvCache cache, boolean logits) {
    var now = batchOf(ids.length);
    var newest = Piece.ofNewest(positions);
    var table = decoder.rotaryTable(newest.end());
    int heads = decoder.config().keyValueHeads();
    long read = 2L * heads * decoder.config().headSize() * newest.attended();
    layers.pass(
        scope,
        now,
        ids,
        cache,
        layer ->
            threads.tiled(
                newest.size() * heads,
                read,
                task -> attention.attend(layer, table.cos(), table.sin(), newest, task)));
    return layers.next(scope, now, logits);
  }

  @Override
  public void extend(long[] ids, int rows, int start, int[] ends, KvCache cache, NDArray hidden) {
    if (prompts == null) {
      new ScriptStep(decoder).extend(ids, rows, start, ends, cache, hidden);
    } else {
      prompts.extend(ids, rows, start, ends, cache, hidden);
    }
  }

  private VectorLayers.Batch batchOf(int rows) {
    if (batch == null || batch.rows() != rows) {
      closeBatch();
      batch = layers.new Batch(rows);
    }
    return batch;
  }

  private void closeBatch() {
    if (batch != null) {
      batch.close();
      batch = null;
    }
  }

  @Override
  public void close() {
    closeBatch();
    layers.close();
  }
}
