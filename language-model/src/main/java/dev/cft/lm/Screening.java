package dev.cft.lm;

import ai.djl.ndarray.NDArray;
import dev.cft.lm.torch.ArrayMemory;
import dev.cft.lm.torch.PackedMatrix;
import dev.cft.lm.vector.Int8Inputs;
import dev.cft.lm.vector.Int8Matrix;
import dev.cft.lm.vector.PartProduct;
import dev.cft.lm.vector.Screen;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/// The likeliest tokens by a copy of the output layer in 8 bits, which takes one more byte for each
/// of its numbers (ADR 89).
final class Screening implements AutoCloseable {
  /// Rows after which it is asked whether this pays.
  private static final int JUDGED = 2048;

  /// It pays for as long as no more than one in so many groups of outputs, and one more, is
  /// computed for a row (our choice: ADR 89).
  private static final int ONE_IN = 64;

  /// Rows that need more than that, and one in so many of the groups together, are better
  /// multiplied by everything.
  private static final int ONE_IN_ALL = 4;

  private final Int8Matrix copy;
  private final NDArray memory;
  private final StepThreads threads;
  private @Nullable Screen screen;
  private long rows;
  private long computed;
  private boolean pays = true;

  private Screening(Int8Matrix copy, NDArray memory, StepThreads threads) {
    this.copy = copy;
    this.memory = memory;
    this.threads = threads;
  }

  /// Makes the copy.
  ///
  /// @return empty if the matrix has numbers for which there are no bounds
  static Optional<Screening> of(
      PackedMatrix matrix, Int8Inputs inputs, Decoder decoder, StepThreads threads) {
    long size = Int8Matrix.size(matrix, inputs);
    if (size > Integer.MAX_VALUE) {
      return Optional.empty();
    }
    int floats = (int) (size / Float.BYTES);
    var memory = decoder.room(decoder.manager(), 1, floats, Precision.FP32);
    var copy = new Int8Matrix(matrix, inputs, ArrayMemory.of(memory));
    int count = threads.count();
    threads.run(
        count,
        matrix.size(),
        i -> copy.pack(part(copy.blocks(), i, count), part(copy.blocks(), i + 1, count)));
    var holds = new AtomicBoolean();
    int one = Int8Matrix.roomSize(1);
    threads.tiled(1, 1, _ -> holds.set(copy.holds(threads.room(one).products().memory())));
    if (!holds.get()) {
      memory.close();
      return Optional.empty();
    }
    return Optional.of(new Screening(copy, memory, threads));
  }

  private static int part(int of, int part, int count) {
    return (int) ((long) of * part / count);
  }

  /// The likeliest token of each row, unless they are found faster by all logits.
  ///
  /// @param exact what would compute those
  Optional<int[]> likeliest(StepMatrix.Input input, PartProduct exact) {
    var now = screenOf(input.rows());
    var missed = new AtomicBoolean();
    threads.run(
        input.rows(),
        (long) input.rows() * copy.rowSize(),
        row -> {
          float[] room = threads.room(copy.rowSize()).values();
          if (!now.take(input.numbers(), row, room)) {
            missed.set(true);
          }
        });
    if (missed.get()) {
      return Optional.empty();
    }
    bound(now, input.rows());
    int left = begin(now, input, exact);
    count(input.rows(), left);
    long most = copy.groups() / ONE_IN_ALL + (long) input.rows() * mostOfARow();
    return left > most ? Optional.empty() : Optional.of(end(now, input, exact));
  }

  private void bound(Screen now, int rowCount) {
    int count = threads.count();
    threads.tiled(
        count,
        copy.size(),
        i -> {
          var room = threads.room(Int8Matrix.roomSize(rowCount)).products().memory();
          now.bound(part(copy.blocks(), i, count), part(copy.blocks(), i + 1, count), room);
        });
  }

  private int begin(Screen now, StepMatrix.Input input, PartProduct exact) {
    var left = new AtomicInteger();
    threads.tiled(
        input.rows(),
        copy.size(),
        row -> {
          var room = threads.room(Int8Matrix.GROUP).products();
          left.addAndGet(now.begin(exact, input.numbers(), row, room));
        });
    return left.get();
  }

  private int[] end(Screen now, StepMatrix.Input input, PartProduct exact) {
    var tokens = new int[input.rows()];
    threads.tiled(
        input.rows(),
        copy.size(),
        row -> {
          var room = threads.room(Int8Matrix.GROUP).products();
          tokens[row] = now.end(exact, input.numbers(), row, room);
        });
    return tokens;
  }

  private int mostOfARow() {
    return 1 + copy.groups() / ONE_IN;
  }

  private void count(int more, int left) {
    rows += more;
    computed += left;
    if (rows >= JUDGED) {
      pays = computed <= rows * mostOfARow();
      rows = 0;
      computed = 0;
    }
  }

  private Screen screenOf(int count) {
    if (screen == null || screen.rows() != count) {
      screen = new Screen(copy, count);
    }
    return screen;
  }

  /// Whether the last rows were found with little to compute.
  boolean pays() {
    return pays;
  }

  @Override
  public void close() {
    memory.close();
  }
}
