package dev.cft.lm;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import java.util.Arrays;
import java.util.stream.IntStream;

/// What logits, opaque in bf16, say in numbers that can be compared.
final class Probabilities {
  private Probabilities() {}

  /// Natural logarithms of the probabilities by logits `[rows, V]`, row after row.
  static double[] logarithms(Decoder decoder, NDManager scope, NDArray logits, int rows) {
    var temperatures = new float[rows];
    Arrays.fill(temperatures, 1);
    var all = scope.create(IntStream.range(0, rows).asLongStream().toArray());
    float[] probabilities =
        decoder
            .infer(scope, "probabilities", logits, all, scope.create(temperatures))
            .getFirst()
            .toFloatArray();
    return IntStream.range(0, probabilities.length)
        .mapToDouble(i -> Math.log(probabilities[i]))
        .toArray();
  }
}
