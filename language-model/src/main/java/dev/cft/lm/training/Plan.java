package dev.cft.lm.training;

import java.util.Arrays;
import java.util.SplittableRandom;

/// Which rows each step takes: a pure function of the step, so that a resumed run needs no sampler
/// state.
record Plan(
    int rows, int rowsPerStep, int stepsPerEpoch, int totalSteps, boolean shuffled, int seed) {
  static Plan of(int rows, TrainingSpec.Batches batches, boolean shuffled) {
    int microBatches = Math.ceilDiv(rows, batches.microBatch());
    int perEpoch = Math.ceilDiv(microBatches, batches.accumulation());
    int total = batches.maxSteps().orElse((int) Math.ceil(batches.epochs() * perEpoch));
    return new Plan(rows, batches.rowsPerStep(), perEpoch, total, shuffled, batches.seed());
  }

  /// The rows of a step, counted from 0; the last step of an epoch may have fewer.
  int[] rowsOf(int step) {
    int[] order = order(step / stepsPerEpoch);
    int from = step % stepsPerEpoch * rowsPerStep;
    return Arrays.copyOfRange(order, from, Math.min(rows, from + rowsPerStep));
  }

  /// How many epochs are done after `steps` steps.
  double epochs(int steps) {
    return (double) steps / stepsPerEpoch;
  }

  /// Fisher and Yates' shuffle with a seed of its own for every epoch.
  private int[] order(int epoch) {
    int[] order = new int[rows];
    Arrays.setAll(order, i -> i);
    if (shuffled) {
      var random = new SplittableRandom(31L * seed + epoch);
      for (int i = rows - 1; i > 0; i--) {
        int j = random.nextInt(i + 1);
        int swapped = order[i];
        order[i] = order[j];
        order[j] = swapped;
      }
    }
    return order;
  }
}
