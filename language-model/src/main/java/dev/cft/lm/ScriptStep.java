package dev.cft.lm;

import ai.djl.ndarray.NDManager;
import java.util.Arrays;

/// The whole step in `decoder.py`: on every device, without vectors in Java.
final class ScriptStep implements DecodingStep {
  private final Decoder decoder;

  ScriptStep(Decoder decoder) {
    this.decoder = decoder;
  }

  @Override
  public NextTokens run(
      NDManager scope, long[] ids, long[] positions, KvCache cache, boolean logits) {
    int longest = Math.toIntExact(Arrays.stream(positions).max().orElseThrow() + 1);
    return NextTokens.of(
        decoder.infer(
            scope,
            "decode",
            scope.create(ids),
            scope.create(positions),
            decoder.cos(longest),
            decoder.sin(longest),
            cache.array()));
  }

  @Override
  public void close() {}
}
