package dev.cft.lm.vector;

/// The product of rows by some of a matrix's outputs, in the calling thread and in [Brgemm#tiled].
public interface PartProduct {
  /// Outputs that two threads do not divide: then neither computes what it does not need.
  int unit();

  /// Has this thread take rows `[count, in]` for the products that it computes next, with whichever
  /// matrix.
  void take(Numbers rows, int count);

  /// Multiplies the rows that this thread took.
  ///
  /// @param from the first output
  /// @param end after the last one
  void multiply(int from, int end, Sums to);
}
