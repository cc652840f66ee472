package dev.cft.trainer.training;

import dev.cft.store.specs.FineTuningSpec.Hyperparameters;
import java.util.stream.IntStream;

/// How a global batch is made of forward passes: batch = micro × accumulation.
///
/// @param batch rows that one optimiser step sees
/// @param micro rows in one forward pass
/// @param wanted the batch before it was cut to the rows that there are
record BatchPlan(int batch, int micro, int wanted) {
  /// The paper's global batch.
  static final int PAPER_BATCH = 512;

  /// Rows in a forward pass where nothing is asked: the released YAML's
  /// `per_device_train_batch_size`.
  static final int PAPER_MICRO = 8;

  static BatchPlan of(Hyperparameters chosen, long rows) {
    int wanted = chosen.batchSize() == null ? PAPER_BATCH : chosen.batchSize();
    Integer micro = chosen.microBatchSize();
    if (wanted > rows) {
      return new BatchPlan(
          (int) rows, (int) Math.min(micro == null ? PAPER_MICRO : micro, rows), wanted);
    }
    return new BatchPlan(wanted, micro == null ? greatestDivisor(wanted) : micro, wanted);
  }

  private static int greatestDivisor(int batch) {
    return IntStream.iterate(Math.min(PAPER_MICRO, batch), size -> size - 1)
        .filter(size -> batch % size == 0)
        .findFirst()
        .orElse(1);
  }

  /// Rounded up where the batch is all the rows that there are: its last forward pass has fewer.
  int accumulation() {
    return Math.ceilDiv(batch, micro);
  }

  boolean isCut() {
    return batch < wanted;
  }
}
