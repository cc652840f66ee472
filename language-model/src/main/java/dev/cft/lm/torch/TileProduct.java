package dev.cft.lm.torch;

import java.lang.foreign.MemorySegment;

/// Products of rows by a packed matrix in bf16 by the processor's tiles, in the calling thread (ADR
/// 84).
public final class TileProduct {
  /// Outputs of two tiles.
  public static final int UNIT = 32;

  /// Rows of a tile.
  private static final int TILE = 16;

  /// Up to so many rows, one tile after the other: with two at once the blocks are read in halves,
  /// and memory is slower at that (32 rows: 11.3 ms for the layers of SmolLM2-135M, 10.4 so).
  private static final int FEW = 2 * TILE;

  private final PackedMatrix matrix;

  /// @param matrix of which [#fits] must hold
  public TileProduct(PackedMatrix matrix) {
    this.matrix = matrix;
  }

  /// Whether the processor has tiles for it.
  public static boolean fits(PackedMatrix matrix) {
    return matrix.bf16() && Brgemm.available();
  }

  /// Multiplies rows by some of the outputs, in [Brgemm#tiled].
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
    int width = matrix.width();
    int inputs = matrix.inputs();
    for (int at = from; at < end; ) {
      int columns = Math.min(width - at % width, end - at);
      var block = new Brgemm.Block(matrix.memory().asSlice(matrix.place(at)), width);
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
