package dev.cft.lm;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import dev.cft.lm.vector.CachedAttention;
import dev.cft.lm.vector.PromptAttention;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/// A step that Java computes ([VectorLayers]).
final class VectorStep implements DecodingStep {
  private final Decoder decoder;
  private final StepThreads threads = new StepThreads();
  private final VectorLayers layers;
  private final CachedAttention attention;
  private final @Nullable VectorPrompts prompts;
  private VectorLayers.@Nullable Batch batch;

  /// Whether the model is on the processor and its heads are whole vectors.
  static boolean fits(Decoder decoder) {
    return !decoder.manager().getDevice().isGpu()
        && CachedAttention.fits(decoder.config().headSize());
  }

  VectorStep(Decoder decoder) {
    this.decoder = decoder;
    this.layers = new VectorLayers(decoder, threads);
    var config = decoder.config();
    boolean bf16 = decoder.precision() == Precision.BF16;
    this.attention =
        new CachedAttention(config.heads(), config.keyValueHeads(), config.headSize(), bf16);
    this.prompts =
        PromptAttention.fits(bf16)
            ? new VectorPrompts(decoder, threads, layers, new PromptAttention(attention, bf16))
            : null;
  }

  @Override
  public NextTokens run(
      NDManager scope, long[] ids, long[] positions, KvCache cache, boolean logits) {
    var now = batchOf(ids.length);
    int longest = Math.toIntExact(Arrays.stream(positions).max().orElseThrow() + 1);
    var table = decoder.rotaryTable(longest);
    layers.pass(scope, now, ids, cache, layer -> attend(layer, table, positions));
    return layers.next(scope, now, logits);
  }

  private void attend(CachedAttention.Layer layer, RotaryTable table, long[] positions) {
    int heads = decoder.config().keyValueHeads();
    long read = 2L * heads * decoder.config().headSize() * Arrays.stream(positions).sum();
    threads.tiled(
        positions.length * heads,
        read,
        task -> {
          int row = task / heads;
          attention.attend(
              layer, table.cos(), table.sin(), row, task % heads, (int) positions[row]);
        });
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
