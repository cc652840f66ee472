package dev.cft.lm.vector;

import dev.cft.lm.torch.Brgemm;
import dev.cft.lm.torch.PackedMatrix;
import java.lang.foreign.MemorySegment;

/// Products of rows by a packed matrix by PyTorch's product of blocks (ADR 84, 87).
public final class BlockProduct implements PartProduct {
  /// Outputs of two tiles.
  private static final int UNIT = 32;

  /// Rows of a tile.
  private static final int TILE = 16;

  /// Rows at once without tiles (our choice: 16 at once take 2 to 4 % longer).
  private static final int TOGETHER = 32;

  /// Up to so many rows, one tile after the other: with two at once the blocks are read in halves,
  /// and memory is slower at that (32 rows: 11.3 ms for the layers of SmolLM2-135M, 10.4 so).
  private static final int FEW = 2 * TILE;

  private static final ThreadLocal<Taken> TAKEN = ThreadLocal.withInitial(Taken::new);

  private final PackedMatrix matrix;

  /// A thread's rows.
  private static final class Taken {
    MemorySegment rows = MemorySegment.NULL;
    int count;
  }

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

  @Override
  public int unit() {
    return UNIT;
  }

  @Override
  public void take(Numbers rows, int count) {
    var taken = TAKEN.get();
    taken.rows = rows.memory();
    taken.count = count;
  }

  @Override
  public void multiply(int from, int end, Sums to) {
    var taken = TAKEN.get();
    int together = together(taken.count);
    int width = matrix.width();
    for (int at = from; at < end; ) {
      int columns = Math.min(width - at % width, end - at);
      var weights = new Brgemm.Block(matrix.memory().asSlice(matrix.place(at)), width);
      for (int row = 0; row < taken.count; row += together) {
        int rows = Math.min(together, taken.count - row);
        long index = to.at() + (long) row * to.step() + at - from;
        var sums = new Brgemm.Block(to.numbers().memory().asSlice(4 * index), to.step());
        var size = new Brgemm.Size(rows, columns, matrix.inputs());
        Brgemm.multiply(size, rows(taken, row), weights, sums, to.add(), matrix.bf16());
      }
      at += columns;
    }
  }

  private int together(int rows) {
    if (!tiled(matrix)) {
      return TOGETHER;
    }
    return rows <= FEW ? TILE : rows;
  }

  private Brgemm.Block rows(Taken taken, int row) {
    long bytes = (matrix.bf16() ? 2L : 4L) * row * matrix.inputs();
    return new Brgemm.Block(taken.rows.asSlice(bytes), matrix.inputs());
  }
}
