package dev.cft.lm.torch;

import ai.djl.ndarray.NDArray;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Optional;
import java.util.stream.IntStream;

/// A matrix `[out, in]` in the order in which oneDNN packs it: blocks of as many outputs as are
/// computed together, each of them `[in, width]` in fp32 and `[in/2, width, 2]` in bf16, and filled
/// up with zeros. In either, four bytes of one output are followed by four of the next one.
public final class PackedMatrix {
  /// The widths that oneDNN chooses from.
  private static final int[] WIDTHS = {64, 48, 32, 16};

  /// Of so many numbers one is looked at to know the order again.
  private static final int SAMPLED = 61;

  private final MemorySegment memory;
  private final int outputs;
  private final int inputs;
  private final boolean bf16;
  private final int width;
  private final long blockSize;

  private PackedMatrix(MemorySegment memory, int outputs, int inputs, boolean bf16, int width) {
    this.memory = memory;
    this.outputs = outputs;
    this.inputs = inputs;
    this.bf16 = bf16;
    this.width = width;
    this.blockSize = memory.byteSize() / Math.ceilDiv(outputs, width);
  }

  /// Whether this PyTorch tells where a packed matrix lies.
  public static boolean available() {
    return ArrayMemory.opaqueAvailable();
  }

  /// The matrix in an array that PyTorch's `_reorder_linear_weight` made of `plain`, for as long as
  /// that is not closed. The order is found by comparing the two: oneDNN does not tell it.
  ///
  /// @param plain `[out, in]`, at most 2 GB
  /// @param bf16 whether its numbers are, and not fp32
  /// @return empty if it is in no order that we know
  public static Optional<PackedMatrix> of(NDArray packed, NDArray plain, boolean bf16) {
    int outputs = Math.toIntExact(plain.getShape().get(0));
    int inputs = Math.toIntExact(plain.getShape().get(1));
    long bytes = (bf16 ? 2L : 4L) * outputs * inputs;
    if (!available() || (bf16 && inputs % 2 != 0) || bytes > Integer.MAX_VALUE) {
      return Optional.empty();
    }
    var memory = ArrayMemory.ofOpaque(packed);
    var numbers = ArrayMemory.of(plain);
    return IntStream.of(WIDTHS)
        .mapToObj(width -> new PackedMatrix(memory, outputs, inputs, bf16, width))
        .filter(matrix -> matrix.holds(numbers))
        .findFirst();
  }

  private boolean holds(MemorySegment plain) {
    if (blockSize * Math.ceilDiv(outputs, width) != memory.byteSize()
        || blockSize % (4L * width) != 0
        || blockSize < bytes(1) * width * inputs) {
      return false;
    }
    for (long i = 0; i < (long) outputs * inputs; i += SAMPLED) {
      if (!same(plain, i)) {
        return false;
      }
    }
    return true;
  }

  private boolean same(MemorySegment plain, long index) {
    int input = (int) (index % inputs);
    int together = bf16 ? 2 : 1;
    long there =
        place((int) (index / inputs)) + 4L * width * (input / together) + bytes(input % together);
    return bf16
        ? memory.get(ValueLayout.JAVA_SHORT, there)
            == plain.get(ValueLayout.JAVA_SHORT, bytes(index))
        : memory.get(ValueLayout.JAVA_INT, there) == plain.get(ValueLayout.JAVA_INT, bytes(index));
  }

  /// Bytes of so many numbers.
  private long bytes(long count) {
    return (bf16 ? 2L : 4L) * count;
  }

  /// Where it lies.
  public MemorySegment memory() {
    return memory;
  }

  /// Where an output's first four bytes are, in bytes; the next four are four times [#width] bytes
  /// further.
  public long place(int output) {
    return output / width * blockSize + 4L * (output % width);
  }

  /// Outputs of a block.
  public int width() {
    return width;
  }

  /// Whether its numbers are bf16, and not fp32.
  public boolean bf16() {
    return bf16;
  }

  /// Columns of a product.
  public int outputs() {
    return outputs;
  }

  /// Numbers of a row that is multiplied.
  public int inputs() {
    return inputs;
  }

  /// How many numbers it has.
  public long size() {
    return (long) outputs * inputs;
  }
}
