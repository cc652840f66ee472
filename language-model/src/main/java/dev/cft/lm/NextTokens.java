package dev.cft.lm;

import ai.djl.ndarray.NDArray;
import dev.cft.lm.vector.Numbers;
import java.util.List;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;

/// What a pass of the model says of the next token of each of B rows.
final class NextTokens {
  private final int[] likeliest;
  private final @Nullable NDArray logits;

  NextTokens(int[] likeliest, NDArray logits) {
    this.likeliest = likeliest.clone();
    this.logits = logits;
  }

  /// Where nobody wanted the logits.
  NextTokens(int[] likeliest) {
    this.likeliest = likeliest.clone();
    this.logits = null;
  }

  /// From the results of the script's `next`.
  static NextTokens of(List<NDArray> results) {
    var likeliest = LongStream.of(results.get(0).toLongArray()).mapToInt(Math::toIntExact);
    return new NextTokens(likeliest.toArray(), results.get(1));
  }

  /// From logits `[rows, vocabulary]`, which are these numbers.
  static NextTokens of(
      NDArray logits, Numbers numbers, int rows, int vocabulary, StepThreads threads) {
    var likeliest = new int[rows];
    threads.run(
        rows,
        (long) rows * vocabulary,
        row -> {
          long first = (long) row * vocabulary;
          int found = numbers.indexOfMost(first, vocabulary, Float.NEGATIVE_INFINITY);
          likeliest[row] = Math.max(0, found);
        });
    return new NextTokens(likeliest, logits);
  }

  /// The likeliest token of each row.
  int[] likeliest() {
    return likeliest.clone();
  }

  /// `[B, V]`, opaque in bf16.
  ///
  /// @throws IllegalStateException if they were not wanted
  NDArray logits() {
    if (logits == null) {
      throw new IllegalStateException("The step was not asked for logits");
    }
    return logits;
  }
}
