package dev.cft.lm;

import ai.djl.ndarray.NDManager;
import dev.cft.lm.torch.PackedMatrix;
import dev.cft.lm.vector.Int8Inputs;
import dev.cft.lm.vector.Numbers;
import dev.cft.lm.vector.PartProduct;
import java.util.Optional;
import java.util.function.IntConsumer;

/// An output layer that looks at most of the logits in 8 bits only where nobody wants to see them
/// ([Screening], ADR 89), once enough rows have passed to know which of their numbers are large,
/// and for as long as it pays.
final class ScreenedMatrix implements StepMatrix {
  /// Steps before the copy is made (our choice: it is known after 8 rows which numbers are large,
  /// but making it and compiling what searches takes as long as some hundreds of steps save).
  static final int FIRST = 1000;

  private final StepMatrix whole;
  private final PackedMatrix matrix;
  private final Decoder decoder;
  private final StepThreads threads;
  private State state;

  private sealed interface State {}

  private static final class Learning implements State {
    /// Of each of the inputs, summed up over the rows of so many steps.
    final double[] magnitudes;

    int steps;

    Learning(int inputs) {
      magnitudes = new double[inputs];
    }
  }

  private record Screened(Screening screening) implements State {}

  private record GivenUp() implements State {}

  /// @param whole the same matrix
  /// @param matrix of which [Int8Matrix#fits] must hold
  ScreenedMatrix(StepMatrix whole, PackedMatrix matrix, Decoder decoder, StepThreads threads) {
    this.whole = whole;
    this.matrix = matrix;
    this.decoder = decoder;
    this.threads = threads;
    this.state = new Learning(matrix.inputs());
  }

  @Override
  public NextTokens next(NDManager scope, Input rows, boolean logits) {
    var exact = logits ? Optional.<PartProduct>empty() : whole.product(rows.rows());
    return exact
        .flatMap(product -> likeliest(rows, product))
        .map(NextTokens::new)
        .orElseGet(() -> whole.next(scope, rows, logits));
  }

  /// The likeliest token of each row, if they are to be found so.
  private Optional<int[]> likeliest(Input rows, PartProduct exact) {
    if (state instanceof Learning learning && learning.steps == FIRST) {
      state = screened(learning.magnitudes);
    }
    return switch (state) {
      case Learning learning -> {
        learn(learning, rows);
        yield Optional.empty();
      }
      case Screened(var screening) -> {
        var tokens = screening.likeliest(rows, exact);
        if (!screening.pays()) {
          screening.close();
          state = new GivenUp();
        }
        yield tokens;
      }
      case GivenUp _ -> Optional.empty();
    };
  }

  private void learn(Learning learning, Input rows) {
    int inputs = matrix.inputs();
    var values = new float[inputs];
    for (int row = 0; row < rows.rows(); row++) {
      rows.numbers().read((long) row * inputs, values, 0, inputs);
      for (int i = 0; i < inputs; i++) {
        learning.magnitudes[i] += Math.abs(values[i]);
      }
    }
    learning.steps++;
  }

  private State screened(double[] magnitudes) {
    var inputs = Int8Inputs.of(magnitudes, matrix);
    return Screening.of(matrix, inputs, decoder, threads)
        .<State>map(Screened::new)
        .orElseGet(GivenUp::new);
  }

  @Override
  public Product times(NDManager scope, Input rows, Numbers room) {
    return whole.times(scope, rows, room);
  }

  @Override
  public void addTo(NDManager scope, Input rows, Numbers sums, IntConsumer then) {
    whole.addTo(scope, rows, sums, then);
  }

  @Override
  public void gate(NDManager scope, Input rows, Numbers result) {
    whole.gate(scope, rows, result);
  }

  @Override
  public void close() {
    if (state instanceof Screened(var screening)) {
      screening.close();
    }
    whole.close();
  }
}
