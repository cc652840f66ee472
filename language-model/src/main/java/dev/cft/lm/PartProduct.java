package dev.cft.lm;

import dev.cft.lm.torch.BlockProduct;
import dev.cft.lm.torch.PackedMatrix;
import dev.cft.lm.vector.Sums;
import dev.cft.lm.vector.VectorProduct;

/// The product of rows by some of a matrix's outputs, in the calling thread and in
/// [StepThreads#tiled].
interface PartProduct {
  /// Outputs that two threads do not divide: then neither computes what it does not need.
  int unit();

  /// Has this thread read the rows, before it multiplies them.
  void take(StepMatrix.Input rows);

  /// Multiplies the rows that this thread took.
  ///
  /// @param from the first output
  /// @param end after the last one
  void multiply(StepMatrix.Input rows, int from, int end, Sums to);

  /// By PyTorch's product of blocks.
  static PartProduct byBlocks(PackedMatrix matrix) {
    var product = new BlockProduct(matrix);
    return new PartProduct() {
      @Override
      public int unit() {
        return BlockProduct.UNIT;
      }

      @Override
      public void take(StepMatrix.Input rows) {}

      @Override
      public void multiply(StepMatrix.Input rows, int from, int end, Sums to) {
        var sums = to.numbers().memory().asSlice(4 * to.at());
        var x = rows.numbers().memory();
        product.multiply(from, end, x, rows.rows(), sums, to.step(), to.add());
      }
    };
  }

  /// By its vectors.
  static PartProduct byVectors(PackedMatrix matrix) {
    var product = new VectorProduct(matrix);
    return new PartProduct() {
      @Override
      public int unit() {
        return VectorProduct.WIDTH;
      }

      @Override
      public void take(StepMatrix.Input rows) {
        product.take(rows.numbers(), rows.rows());
      }

      @Override
      public void multiply(StepMatrix.Input rows, int from, int end, Sums to) {
        product.multiply(from, end, to);
      }
    };
  }
}
