package dev.cft.lm;

import ai.djl.ndarray.NDArray;
import java.util.List;
import java.util.stream.LongStream;

/// What a pass of the model says of the next token of each of B rows.
final class NextTokens {
  private final int[] likeliest;
  private final NDArray logits;

  NextTokens(int[] likeliest, NDArray logits) {
    this.likeliest = likeliest;
    this.logits = logits;
  }

  /// From the results of the script's `next`.
  static NextTokens of(List<NDArray> results) {
    var likeliest = LongStream.of(results.get(0).toLongArray()).mapToInt(Math::toIntExact);
    return new NextTokens(likeliest.toArray(), results.get(1));
  }

  /// The likeliest token of each row.
  int[] likeliest() {
    return likeliest.clone();
  }

  /// `[B, V]`, opaque in bf16.
  NDArray logits() {
    return logits;
  }
}
