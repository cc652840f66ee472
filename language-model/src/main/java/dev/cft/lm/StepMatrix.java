package dev.cft.lm;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import dev.cft.lm.torch.Argument;
import dev.cft.lm.vector.Numbers;
import dev.cft.lm.vector.PartProduct;
import java.util.Optional;
import java.util.function.IntConsumer;
import org.jspecify.annotations.Nullable;

/// A matrix `[out, in]` that the rows of a step are multiplied by.
interface StepMatrix extends AutoCloseable {
  /// An array that products read and Java writes: `[rows, in]`.
  record Input(Argument argument, Numbers numbers, int rows) {}

  /// `[rows, out]`.
  ///
  /// @param array what to close then, if it is not the room that was offered
  record Product(Numbers numbers, @Nullable NDArray array) implements AutoCloseable {
    @Override
    public void close() {
      if (array != null) {
        array.close();
      }
    }
  }

  /// The rows times the matrix, plus its bias if it has one.
  ///
  /// @param room for a result in fp32, which may be the product's
  Product times(NDManager scope, Input rows, Numbers room);

  /// Adds the rows times the matrix to sums `[rows, out]` in fp32.
  ///
  /// @param then is done with each row, whose sums are finished
  void addTo(NDManager scope, Input rows, Numbers sums, IntConsumer then);

  /// The gated unit of SwiGLU: the first half of the outputs is the gate.
  ///
  /// @param result `[rows, out / 2]`
  void gate(NDManager scope, Input rows, Numbers result);

  /// What comes next in each row, if this is the output layer.
  ///
  /// @param logits whether they are wanted; they belong to `scope`
  NextTokens next(NDManager scope, Input rows, boolean logits);

  /// What multiplies so many rows by some of the outputs, if it is not all or nothing.
  default Optional<PartProduct> product(int rows) {
    return Optional.empty();
  }

  @Override
  void close();
}
