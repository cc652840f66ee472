package dev.cft.lm;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import dev.cft.lm.vector.AttentionHeads;
import dev.cft.lm.vector.CachedAttention;

/// New tokens' pass as Java computes it ([VectorLayers]), where no [PagedStep] fits; prompts pass
/// through the script.
final class VectorPass implements SlottedStep.Pass {
  private final VectorLayers layers;
  private final CachedAttention attention;
  private final ScriptPass script;

  /// Whether the model is on the processor and its heads are whole vectors.
  static boolean fits(Decoder decoder) {
    return !decoder.manager().getDevice().isGpu()
        && AttentionHeads.fits(decoder.config().headSize());
  }

  VectorPass(Decoder decoder) {
    this.layers = new VectorLayers(decoder, new StepThreads());
    this.attention =
        new CachedAttention(
            VectorLayers.heads(decoder.config()), decoder.precision() == Precision.BF16);
    this.script = new ScriptPass(decoder);
  }

  @Override
  public NextTokens run(
      NDManager scope, long[] ids, long[] positions, KvCache cache, boolean logits) {
    return layers.step(
        scope,
        ids,
        positions,
        logits,
        (index, layer, newest, table) -> {
          var slots = cache.layer(index);
          return task -> attention.attend(layer, slots, table.cos(), table.sin(), newest, task);
        });
  }

  @Override
  public void extend(long[] ids, int rows, int start, int[] ends, KvCache cache, NDArray hidden) {
    script.extend(ids, rows, start, ends, cache, hidden);
  }

  @Override
  public void close() {
    layers.close();
  }
}
