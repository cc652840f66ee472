package dev.cft.lm;

import ai.djl.ndarray.NDManager;
import dev.cft.lm.torch.ArrayMemory;
import dev.cft.lm.torch.PackedMatrix;
import dev.cft.lm.vector.Numbers;
import dev.cft.lm.vector.PartProduct;
import dev.cft.lm.vector.Rows;
import dev.cft.lm.vector.Sums;
import java.util.Arrays;
import java.util.Optional;
import java.util.function.IntConsumer;

/// A matrix that Java's threads multiply by, each by one part of the outputs, so that each reads
/// one piece of memory from its beginning to its end, and what is done to a product is done while
/// it is in the thread's cache (ADR 84).
final class PartitionedMatrix implements StepMatrix {
  /// Outputs of which a gated unit is computed at once.
  private static final int GATED = 64;

  /// Tokens whose logits are compared at once.
  private static final int COMPARED = 256;

  private final Decoder decoder;
  private final PackedMatrix matrix;
  private final PartProduct product;
  private final float[] bias;
  private final StepThreads threads;

  private interface Part {
    void compute(int from, int end);
  }

  /// @param product what multiplies by the matrix
  /// @param bias as many numbers as the matrix has outputs, or none
  PartitionedMatrix(
      Decoder decoder,
      PackedMatrix matrix,
      PartProduct product,
      float[] bias,
      StepThreads threads) {
    this.decoder = decoder;
    this.matrix = matrix;
    this.product = product;
    this.bias = bias.clone();
    this.threads = threads;
  }

  @Override
  public Product times(NDManager scope, Input rows, Numbers room) {
    boolean biased = bias.length > 0;
    for (int row = 0; biased && row < rows.rows(); row++) {
      room.write(bias, 0, bias.length, (long) row * bias.length);
    }
    whole(rows, room, biased);
    return new Product(room, null);
  }

  @Override
  public void addTo(NDManager scope, Input rows, Numbers sums, IntConsumer then) {
    whole(rows, sums, true);
    threads.run(rows.rows(), (long) rows.rows() * matrix.outputs(), then);
  }

  private void whole(Input rows, Numbers result, boolean add) {
    int step = matrix.outputs();
    inParts(
        rows, step, (from, end) -> product.multiply(from, end, new Sums(result, from, step, add)));
  }

  @Override
  public void gate(NDManager scope, Input rows, Numbers result) {
    int size = matrix.outputs() / 2;
    inParts(
        rows,
        size,
        (from, end) -> {
          for (int at = from; at < end; ) {
            int next = Math.min(end, (at / GATED + 1) * GATED);
            gate(rows, at, next, result);
            at = next;
          }
        });
  }

  private void gate(Input rows, int from, int end, Numbers result) {
    int size = matrix.outputs() / 2;
    int columns = end - from;
    int count = rows.rows() * columns;
    var room = threads.room(2 * count);
    product.multiply(from, end, new Sums(room.products(), 0, columns, false));
    product.multiply(size + from, size + end, new Sums(room.products(), count, columns, false));
    float[] values = room.values();
    room.products().read(0, values, 0, 2 * count);
    Rows.gated(values, count, count);
    for (int row = 0; row < rows.rows(); row++) {
      result.write(values, row * columns, columns, (long) row * size + from);
    }
  }

  @Override
  public NextTokens next(NDManager scope, Input rows, boolean logits) {
    int vocabulary = matrix.outputs();
    if (!logits) {
      return new NextTokens(likeliest(rows));
    }
    var array = decoder.room(scope, rows.rows(), vocabulary, Precision.FP32);
    var numbers = new Numbers(ArrayMemory.of(array), false);
    whole(rows, numbers, false);
    return NextTokens.of(array, numbers, rows.rows(), vocabulary, threads);
  }

  /// The likeliest token of each row, whose logits never leave the caches.
  private int[] likeliest(Input rows) {
    var tokens = new int[rows.rows()];
    var highest = new float[rows.rows()];
    Arrays.fill(highest, Float.NEGATIVE_INFINITY);
    inParts(rows, matrix.outputs(), (from, end) -> likeliest(rows, from, end, tokens, highest));
    return tokens;
  }

  private void likeliest(Input rows, int from, int end, int[] tokens, float[] highest) {
    var found = new int[tokens.length];
    var most = new float[tokens.length];
    Arrays.fill(most, Float.NEGATIVE_INFINITY);
    var products = threads.room(rows.rows() * COMPARED).products();
    for (int at = from; at < end; at += COMPARED) {
      int next = Math.min(end, at + COMPARED);
      product.multiply(at, next, new Sums(products, 0, COMPARED, false));
      for (int row = 0; row < most.length; row++) {
        long first = (long) row * COMPARED;
        int index = products.indexOfMost(first, next - at, most[row]);
        if (index >= 0) {
          most[row] = products.read(first + index);
          found[row] = at + index;
        }
      }
    }
    synchronized (highest) {
      for (int row = 0; row < most.length; row++) {
        if (most[row] > highest[row] || (most[row] == highest[row] && found[row] < tokens[row])) {
          highest[row] = most[row];
          tokens[row] = found[row];
        }
      }
    }
  }

  /// Lets each thread compute one part of so many outputs.
  private void inParts(Input rows, int outputs, Part part) {
    int count = threads.count();
    int unit = product.unit();
    long units = Math.ceilDiv(outputs, unit);
    threads.tiled(
        count,
        matrix.size(),
        i -> {
          int from = (int) (units * i / count) * unit;
          int end = Math.min(outputs, (int) (units * (i + 1) / count) * unit);
          product.take(rows.numbers(), rows.rows());
          part.compute(from, end);
        });
  }

  @Override
  public Optional<PartProduct> product(int rows) {
    return Optional.of(product);
  }

  @Override
  public void close() {}
}
