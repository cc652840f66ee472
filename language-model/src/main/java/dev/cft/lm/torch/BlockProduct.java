package dev.cft.lm.torch;

import java.lang.foreign.MemorySegment;

/// Products of rows by a packed matrix by PyTorch's product of blocks, in the calling thread (ADR
/// 84).
public final class BlockProduct {
  /// Outputs of two tiles.
  public static final int UNIT = 32;

  /// Rows of a tile.
  private static final int TILE = 16;

  /// Rows at once without tiles (our choice: 16 at once take 2 to 4 % longer).
  private static final int TOGETHER = 32;

  /// Up to so many rows, one tile after the other: with two at once the blocks are read in halves,
  /// and memory is slower at that (32 rows: 11.3 ms for the layers of SmolLM2-135M, 10.4 so).
  private static final int FEW = 2 * TILE;

  private final PackedMatrix matrix;

  /// @param matrix of which [#fits] must hold
  public BlockProduct(PackedMatrix matrix) {
    this.matrix = matrix;
  }

  /// Whether the processor has fast products for numbers of this type.
  public static boolean fits(PackedMatrix matrix) {
    return Brgemm.available(matrix.bf16());
  }

  /// Whether it has tiles for them.
  public static boolean tiled(PackedMatrix matrix) {
    return matrix.bf16() && Brgemm.tiles();
  }

  private int together(int rows) {
    if (!tiled(matrix)) {
      return TOGETHER;
    }
    return rows <= FEW ? TILE : rows;
  }

  /// Multiplies rows by some of the outputs, in [Brgemm#tiled].
  ///
  /// @param from the first output
  /// @param end after the last one
  /// @param x `[rows, in]` in the matrix's type
  /// @param result `[rows, end - from]` in fp32
  /// @param step numbers from one row of the result to the next
  /// @param add whether the product is added to what is there
  public void multiply(
      int from, int end, MemorySegment x, int rows, MemorySegment result, int step, boolean add) {
    int together = together(rows);
    int width = matrix.width();
    int inputs = matrix.inputs();
    for (int at = from; at < end; ) {
      int columns = Math.min(width - at % width, end - at);
      var block = new Brgemm.Block(matrix.memory().asSlice(matrix.place(at)), width);
      for (int row = 0; row < rows; row += together) {
        var some = new Brgemm.Block(x.asSlice(matrix.bytes((long) row * inputs)), inputs);
        var sums = result.asSlice(4L * ((long) row * step + at - from));
        int count = Math.min(together, rows - row);
        multiply(count, columns, some, block, new Brgemm.Block(sums, step), add);
      }
      at += columns;
    }
  }

  private void multiply(
      int rows, int columns, Brgemm.Block x, Brgemm.Block weights, Brgemm.Block sums, boolean add) {
    if (matrix.bf16()) {
      Brgemm.multiplyBf16(rows, columns, matrix.inputs(), x, weights, sums, add);
    } else {
      Brgemm.multiplyFp32(rows, columns, matrix.inputs(), x, weights, sums, add);
    }
  }
}
