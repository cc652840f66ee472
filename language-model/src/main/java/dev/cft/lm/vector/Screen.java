package dev.cft.lm.vector;

import java.lang.foreign.MemorySegment;

/// The search for each row's highest output where most of the outputs are only looked at in 8 bits:
/// maximum inner product search with certain bounds. Its answer is that of the exact products, the
/// first of the highest; a search takes its methods in their order, each for all rows.
public final class Screen {
  private final Int8Matrix matrix;
  private final Int8Rows rows;
  private final int outputs;
  private final int[] bounds;
  private final float[] highest;
  private final int[] found;
  private final boolean bf16;
  private final int inputs;

  /// For so many rows.
  public Screen(Int8Matrix matrix, int rows) {
    this.matrix = matrix;
    this.rows = new Int8Rows(matrix.inputs(), rows);
    this.outputs = matrix.plain().outputs();
    this.inputs = matrix.plain().inputs();
    this.bf16 = matrix.plain().bf16();
    this.bounds = new int[rows * matrix.groups()];
    this.highest = new float[rows];
    this.found = new int[rows];
  }

  /// How many rows it is for.
  public int rows() {
    return highest.length;
  }

  /// Takes a row.
  ///
  /// @param from `[rows, in]`
  /// @param room for [Int8Matrix#rowSize] numbers
  /// @return false if it cannot be screened: zeros, or numbers that are not finite
  public boolean take(Numbers from, int row, float[] room) {
    from.read((long) row * inputs, room, 0, inputs);
    return rows.round(row, room);
  }

  /// Computes the bounds of the outputs of blocks `from` to `end - 1`, in the calling thread and in
  /// [dev.cft.lm.torch.Brgemm#tiled].
  ///
  /// @param room for [Int8Matrix#roomSize] integers
  public void bound(int from, int end, MemorySegment room) {
    matrix.bounds(rows, from, end, room, bounds);
  }

  /// Computes the outputs that have the highest bound of a row.
  ///
  /// @param exact what computes all outputs of so many rows
  /// @param from `[rows, in]`
  /// @param room for [Int8Matrix#GROUP] numbers
  /// @return how many more groups of outputs may have a row's highest
  public int begin(PartProduct exact, Numbers from, int row, Numbers room) {
    int first = row * matrix.groups();
    int group = first;
    for (int i = first; i < first + matrix.groups(); i++) {
      if (bounds[i] > bounds[group]) {
        group = i;
      }
    }
    highest[row] = Float.NEGATIVE_INFINITY;
    found[row] = outputs;
    exact.take(row(from, row), 1);
    compute(exact, row, group - first, room);
    bounds[group] = Integer.MIN_VALUE;
    int least = least(row);
    int left = 0;
    for (int i = first; i < first + matrix.groups(); i++) {
      left += bounds[i] >= least ? 1 : 0;
    }
    return left;
  }

  /// Computes what may be higher, and tells the first of the highest outputs.
  public int end(PartProduct exact, Numbers from, int row, Numbers room) {
    int first = row * matrix.groups();
    exact.take(row(from, row), 1);
    for (int group = 0; group < matrix.groups(); group++) {
      if (bounds[first + group] >= least(row)) {
        compute(exact, row, group, room);
      }
    }
    return found[row];
  }

  private Numbers row(Numbers from, int row) {
    long size = (long) inputs * from.size();
    return new Numbers(from.memory().asSlice(row * size, size), bf16);
  }

  /// Zeros are equal, whatever their sign.
  private int least(int row) {
    float most = highest[row];
    return Int8Matrix.ordered(most == 0 ? -0f : most);
  }

  private void compute(PartProduct exact, int row, int group, Numbers room) {
    int from = group * Int8Matrix.GROUP;
    int end = Math.min(outputs, from + Int8Matrix.GROUP);
    exact.multiply(from, end, new Sums(room, 0, Int8Matrix.GROUP, false));
    int index = room.indexOfMost(0, end - from, Float.NEGATIVE_INFINITY);
    float most = index < 0 ? Float.NEGATIVE_INFINITY : room.read(index);
    if (most > highest[row] || (most == highest[row] && from + index < found[row])) {
      highest[row] = most;
      found[row] = from + index;
    }
  }
}
