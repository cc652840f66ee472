package dev.cft.lm;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.util.Arrays;

/// The whole pass in `decoder.py`: on every device, without vectors in Java.
final class ScriptPass implements SlottedStep.Pass {
  private final Decoder decoder;

  ScriptPass(Decoder decoder) {
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
  public void extend(long[] ids, int rows, int start, int[] ends, KvCache cache, NDArray hidden) {
    int width = ids.length / rows;
    var last = new long[rows];
    var here = new boolean[rows];
    for (int i = 0; i < rows; i++) {
      here[i] = ends[i] >= 0;
      last[i] = Math.max(0, ends[i]);
    }
    try (var step = decoder.manager().newSubManager()) {
      var states =
          decoder
              .infer(
                  step,
                  "extend",
                  step.create(ids, new Shape(rows, width)),
                  step.create((long) start),
                  step.create(last),
                  decoder.cos(start + width),
                  decoder.sin(start + width),
                  cache.array())
              .getFirst();
      long first = hidden.getShape().get(0) - rows;
      decoder.infer(step, "take", hidden, step.create(first), step.create(here), states);
    }
  }

  @Override
  public void close() {}
}
