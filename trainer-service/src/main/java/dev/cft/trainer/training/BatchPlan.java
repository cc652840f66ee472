package dev.cft.trainer.training;

import dev.cft.store.specs.FineTuningSpec.Hyperparameters;
import java.util.Optional;
import java.util.stream.IntStream;

/// How a global batch is made of forward passes: batch = micro × accumulation × devices.
///
/// @param batch rows that one optimiser step sees
/// @param micro rows in one forward pass of a device
/// @param devices that share a batch
/// @param wanted the batch before it was cut to the rows that there are
record BatchPlan(int batch, int micro, int devices, int wanted) {
  /// The paper's global batch.
  static final int PAPER_BATCH = 512;

  /// Rows in a forward pass where nothing is asked: the released YAML's
  /// `per_device_train_batch_size`.
  static final int PAPER_MICRO = 8;

  static BatchPlan of(Hyperparameters chosen, long rows, int devices) {
    int wanted = chosen.batchSize() == null ? PAPER_BATCH : chosen.batchSize();
    Integer micro = chosen.microBatchSize();
    if (wanted > rows) {
      int share = Math.ceilDiv((int) rows, devices);
      return new BatchPlan(
          (int) rows, Math.min(micro == null ? PAPER_MICRO : micro, share), devices, wanted);
    }
    return new BatchPlan(
        wanted, micro == null ? greatestDivisor(wanted, devices) : micro, devices, wanted);
  }

  private static int greatestDivisor(int batch, int devices) {
    return IntStream.iterate(Math.min(PAPER_MICRO, batch), size -> size > 0, size -> size - 1)
        .filter(size -> batch % (size * devices) == 0)
        .findFirst()
        .orElse(1);
  }

  /// What is wrong where the batch cannot be shared out evenly.
  Optional<String> fault() {
    return isCut() || batch % (micro * devices) == 0
        ? Optional.empty()
        : Optional.of(
            "batch_size %d is no multiple of micro_batch_size %d times %d devices"
                .formatted(batch, micro, devices));
  }

  /// Rounded up where the batch is all the rows that there are: its last forward pass has fewer.
  int accumulation() {
    return Math.ceilDiv(batch, micro * devices);
  }

  boolean isCut() {
    return batch < wanted;
  }
}
