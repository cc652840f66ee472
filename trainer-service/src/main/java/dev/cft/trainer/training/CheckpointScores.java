package dev.cft.trainer.training;

import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/// What is known of how good a run's checkpoints are.
///
/// @param byStep scores of the checkpoints that have one
/// @param isBetterLower true for a loss, false for an accuracy
record CheckpointScores(SortedMap<Long, Double> byStep, boolean isBetterLower) {
  CheckpointScores {
    byStep = new TreeMap<>(byStep);
    byStep.values().removeIf(score -> !Double.isFinite(score));
  }

  /// The step of the best; of equals the earliest, which was trained least.
  Optional<Long> best() {
    return byStep.entrySet().stream()
        .reduce((best, next) -> isBetter(next.getValue(), best.getValue()) ? next : best)
        .map(Map.Entry::getKey);
  }

  /// Whether the last `patience` checkpoints were all no better than one before them.
  boolean haveStalled(int patience) {
    return best().filter(step -> byStep.tailMap(step + 1).size() >= patience).isPresent();
  }

  private boolean isBetter(double one, double other) {
    return isBetterLower ? one < other : one > other;
  }
}
