package dev.cft.lm;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import dev.cft.lm.torch.Argument;
import dev.cft.lm.vector.Numbers;
import dev.cft.lm.vector.Rows;
import java.util.function.IntConsumer;

/// A matrix that one of PyTorch's operators multiplies by.
final class OperatorMatrix implements StepMatrix {
  /// Numbers that a task of the gated unit computes: 4 kB of each half.
  private static final int GATED = 1024;

  private final Decoder decoder;
  private final StepThreads threads;
  private final Argument index;
  private final Argument bias;

  /// @param index which of the kept parameters it is
  /// @param bias which of them its bias is, or -1
  OperatorMatrix(Decoder decoder, StepThreads threads, int index, int bias) {
    this.decoder = decoder;
    this.threads = threads;
    this.index = Argument.of(index);
    this.bias = Argument.of(bias);
  }

  @Override
  public Product times(NDManager scope, Input rows, Numbers room) {
    return product(scope, rows);
  }

  private NDArray multiply(NDManager scope, Input rows) {
    return decoder.product(scope, "product", rows.argument(), index, bias);
  }

  private Product product(NDManager scope, Input rows) {
    var array = multiply(scope, rows);
    return new Product(decoder.numbers(array), array);
  }

  @Override
  public void addTo(NDManager scope, Input rows, Numbers sums, IntConsumer then) {
    int size = decoder.config().hiddenSize();
    try (var product = product(scope, rows)) {
      threads.run(
          rows.rows(),
          (long) rows.rows() * size,
          row -> {
            float[] values = threads.room(2 * size).values();
            long at = (long) row * size;
            sums.read(at, values, 0, size);
            product.numbers().read(at, values, size, size);
            Rows.add(values, size, size);
            sums.write(values, 0, size, at);
            then.accept(row);
          });
    }
  }

  @Override
  public void gate(NDManager scope, Input rows, Numbers result) {
    int size = decoder.config().intermediateSize();
    int pieces = Math.ceilDiv(size, GATED);
    try (var product = product(scope, rows)) {
      threads.run(
          rows.rows() * pieces,
          2L * rows.rows() * size,
          task -> {
            long row = task / pieces;
            int from = task % pieces * GATED;
            int count = Math.min(GATED, size - from);
            float[] values = threads.room(2 * GATED).values();
            product.numbers().read(2 * row * size + from, values, 0, count);
            product.numbers().read((2 * row + 1) * size + from, values, count, count);
            Rows.gated(values, count, count);
            result.write(values, 0, count, row * size + from);
          });
    }
  }

  @Override
  public NextTokens next(NDManager scope, Input rows, boolean logits) {
    var array = multiply(scope, rows);
    int vocabulary = decoder.config().vocabularySize();
    return NextTokens.of(array, decoder.numbers(array), rows.rows(), vocabulary, threads);
  }

  @Override
  public void close() {
    index.close();
    bias.close();
  }
}
