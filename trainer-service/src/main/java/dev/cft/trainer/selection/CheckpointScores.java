package dev.cft.trainer.selection;

import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/// What is known of how good a run's checkpoints are.
///
/// @param byStep scores of the checkpoints that have one
/// @param isBetterLower true for a loss, false for an accuracy
public record CheckpointScores(SortedMap<Long, Double> byStep, boolean isBetterLower) {
  public CheckpointScores {
    byStep = new TreeMap<>(byStep);
    byStep.values().removeIf(score -> !Double.isFinite(score));
  }

  /// The step of the best; of equals the earliest, which was trained least.
  public Optional<Long> best() {
    return best(1).stream().findFirst();
  }

  /// The steps of the best, the very best first.
  List<Long> best(int most) {
    Comparator<Map.Entry<Long, Double>> byScore = Map.Entry.comparingByValue();
    return byStep.entrySet().stream()
        .sorted(isBetterLower ? byScore : byScore.reversed())
        .limit(most)
        .map(Map.Entry::getKey)
        .toList();
  }

  /// Whether the last `patience` checkpoints were all not better than one before them by more than
  /// `minDelta`.
  boolean haveStalled(int patience, double minDelta) {
    double best = Double.NaN;
    int since = 0;
    for (double score : byStep.values()) {
      double gain = isBetterLower ? best - score : score - best;
      if (Double.isNaN(best) || gain > minDelta) {
        best = score;
        since = 0;
      } else {
        since++;
      }
    }
    return since >= patience;
  }
}
