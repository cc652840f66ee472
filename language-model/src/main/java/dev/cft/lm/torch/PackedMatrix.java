package dev.cft.lm.torch;

import ai.djl.ndarray.NDArray;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Optional;
import java.util.stream.IntStream;

/// A bf16 matrix `[out, in]` in the order in which oneDNN packs it for tiles: blocks of as many
/// outputs as are computed together, each of them `[in/2, width, 2]` and filled up with zeros.
public final class PackedMatrix {
  /// The widths that oneDNN chooses from.
  private static final int[] WIDTHS = {64, 48, 32, 16};

  /// Rows of a tile.
  private static final int TILE = 16;

  /// Up to so many rows, one tile after the other: with two at once the blocks are read in halves,
  /// and memory is slower at that (32 rows: 11.3 ms for the layers of SmolLM2-135M, 10.4 so).
  private static final int FEW = 2 * TILE;

  /// Of so many numbers one is looked at to know the order again.
  private static final int SAMPLED = 61;

  private final MemorySegment memory;
  private final int outputs;
  private final int inputs;
  private final int width;
  private final long blockSize;

  private PackedMatrix(MemorySegment memory, int outputs, int inputs, int width) {
    this.memory = memory;
    this.outputs = outputs;
    this.inputs = inputs;
    this.width = width;
    this.blockSize = memory.byteSize() / Math.ceilDiv(outputs, width);
  }

  /// Whether this PyTorch and processor can multiply by one.
  public static boolean available() {
    return Brgemm.available() && ArrayMemory.opaqueAvailable();
  }

  /// The matrix in an array that PyTorch's `_reorder_linear_weight` made of `plain`, for as long as
  /// that is not closed. The order is found by comparing the two: oneDNN does not tell it.
  ///
  /// @param plain `[out, in]` in bf16, at most 2 GB
  /// @return empty if it is in no order that we know
  public static Optional<PackedMatrix> of(NDArray packed, NDArray plain) {
    int outputs = Math.toIntExact(plain.getShape().get(0));
    int inputs = Math.toIntExact(plain.getShape().get(1));
    if (!available() || inputs % 2 != 0 || 2L * outputs * inputs > Integer.MAX_VALUE) {
      return Optional.empty();
    }
    var memory = ArrayMemory.ofOpaque(packed);
    var numbers = ArrayMemory.of(plain);
    return IntStream.of(WIDTHS)
        .mapToObj(width -> new PackedMatrix(memory, outputs, inputs, width))
        .filter(matrix -> matrix.holds(numbers))
        .findFirst();
  }

  private boolean holds(MemorySegment plain) {
    if (blockSize * Math.ceilDiv(outputs, width) != memory.byteSize()
        || blockSize % (4L * width) != 0
        || blockSize < 2L * width * inputs) {
      return false;
    }
    for (long i = 0; i < (long) outputs * inputs; i += SAMPLED) {
      int output = (int) (i / inputs);
      int input = (int) (i % inputs);
      long there = place(output) + 4L * width * (input / 2) + 2L * (input % 2);
      if (memory.get(ValueLayout.JAVA_SHORT, there) != plain.get(ValueLayout.JAVA_SHORT, 2 * i)) {
        return false;
      }
    }
    return true;
  }

  /// Where an output's first pair is, in bytes.
  private long place(int output) {
    return output / width * blockSize + 4L * (output % width);
  }

  /// Columns of a product.
  public int outputs() {
    return outputs;
  }

  /// How many numbers it has.
  public long size() {
    return (long) outputs * inputs;
  }

  /// Multiplies rows by the matrix, in the calling thread and for some of the outputs, in
  /// [Brgemm#tiled].
  ///
  /// @param from the first output
  /// @param end after the last one
  /// @param x `[rows, in]` in bf16
  /// @param result `[rows, end - from]` in fp32
  /// @param step numbers from one row of the result to the next
  /// @param add whether the product is added to what is there
  public void multiply(
      int from, int end, MemorySegment x, int rows, MemorySegment result, int step, boolean add) {
    int together = rows <= FEW ? TILE : rows;
    for (int at = from; at < end; ) {
      int columns = Math.min(width - at % width, end - at);
      var block = new Brgemm.Block(memory.asSlice(place(at)), width);
      for (int row = 0; row < rows; row += together) {
        var some = x.asSlice(2L * row * inputs);
        var sums = result.asSlice(4L * ((long) row * step + at - from));
        Brgemm.multiply(
            Math.min(together, rows - row),
            columns,
            inputs,
            new Brgemm.Block(some, inputs),
            block,
            new Brgemm.Block(sums, step),
            add);
      }
      at += columns;
    }
  }
}
