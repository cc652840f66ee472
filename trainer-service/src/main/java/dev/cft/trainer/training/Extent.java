package dev.cft.trainer.training;

import dev.cft.store.specs.FineTuningSpec.Hyperparameters;
import dev.cft.trainer.training.Preparation.Prepared;
import org.jspecify.annotations.Nullable;

/// How long a run is, by the engine's own arithmetic.
///
/// @param stepsPerEpoch steps that see every unit once
/// @param saveSteps a checkpoint every so many steps
record Extent(long stepsPerEpoch, long steps, int saveSteps) {
  /// Checkpoints of a run where nothing is asked, our choice: the paper saves every second step of
  /// about a hundred, which is more than most disks want.
  private static final int CHECKPOINTS = 10;

  static Extent of(Hyperparameters chosen, Prepared prepared) {
    long units = prepared.rows();
    if (Boolean.TRUE.equals(chosen.packing())) {
      units = Math.min(units, Math.ceilDiv(prepared.training().tokens(), prepared.cutoff()));
    }
    BatchPlan batch = prepared.batch();
    long passes = Math.ceilDiv(units, batch.micro() * batch.devices());
    long perEpoch = Math.ceilDiv(passes, batch.accumulation());
    long steps =
        chosen.maxSteps() != null
            ? chosen.maxSteps()
            : (long) Math.ceil(epochs(chosen.nEpochs()) * perEpoch);
    Integer every = chosen.checkpointSteps();
    return new Extent(
        perEpoch,
        steps,
        every != null ? every : (int) Math.max(1, Math.ceilDiv(steps, CHECKPOINTS)));
  }

  private static double epochs(@Nullable Double wanted) {
    return wanted == null ? TrainSpecs.EPOCHS : wanted;
  }

  double epochs() {
    return (double) steps / stepsPerEpoch;
  }

  /// Checkpoints that are written; the last step is always saved.
  long checkpoints() {
    return Math.ceilDiv(steps, saveSteps);
  }
}
