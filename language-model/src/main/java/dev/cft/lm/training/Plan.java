package dev.cft.lm.training;

import java.util.Arrays;
import java.util.SplittableRandom;

/// Which units, rows or packs of rows, each step takes: a pure function of the step, so that a
/// resumed run needs no state of a sampler.
record Plan(
    int units, int unitsPerStep, int stepsPerEpoch, int totalSteps, boolean shuffled, int seed) {
  static Plan of(int units, TrainingSpec.Batches batches, boolean shuffled) {
    int microBatches = Math.ceilDiv(units, batches.microBatch());
    int perEpoch = Math.ceilDiv(microBatches, batches.accumulation());
    int total = batches.maxSteps().orElse((int) Math.ceil(batches.epochs() * perEpoch));
    return new Plan(units, batches.unitsPerStep(), perEpoch, total, shuffled, batches.seed());
  }

  /// The units of a step, counted from 0; the last step of an epoch may have fewer.
  int[] unitsOf(int step) {
    int[] order = order(step / stepsPerEpoch);
    int from = step % stepsPerEpoch * unitsPerStep;
    return Arrays.copyOfRange(order, from, Math.min(units, from + unitsPerStep));
  }

  /// How many epochs are done after `steps` steps.
  double epochs(int steps) {
    return (double) steps / stepsPerEpoch;
  }

  /// Fisher and Yates' shuffle with a seed of its own for every epoch.
  private int[] order(int epoch) {
    int[] order = new int[units];
    Arrays.setAll(order, i -> i);
    if (shuffled) {
      var random = new SplittableRandom(31L * seed + epoch);
      for (int i = units - 1; i > 0; i--) {
        int j = random.nextInt(i + 1);
        int swapped = order[i];
        order[i] = order[j];
        order[j] = swapped;
      }
    }
    return order;
  }
}
