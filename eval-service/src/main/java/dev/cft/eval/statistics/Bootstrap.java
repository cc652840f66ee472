package dev.cft.eval.statistics;

import java.util.Arrays;
import java.util.SplittableRandom;

/// The percentile bootstrap of a mean (Efron 1979): items are drawn again with replacement.
public final class Bootstrap {
  /// Resamples; lm-evaluation-harness takes as many for its standard errors at most.
  private static final int RESAMPLES = 10_000;

  private Bootstrap() {}

  /// The interval that covers the mean with that confidence.
  ///
  /// @param values one for each item, 1 or more
  /// @param confidence 0 to 1
  /// @param seed makes the interval repeatable
  public static Interval ofMean(double[] values, double confidence, long seed) {
    if (values.length == 0) {
      throw new IllegalArgumentException("a bootstrap needs a value");
    }
    var random = new SplittableRandom(seed);
    var means = new double[RESAMPLES];
    for (var r = 0; r < RESAMPLES; r++) {
      var sum = 0.0;
      for (var i = 0; i < values.length; i++) {
        sum += values[random.nextInt(values.length)];
      }
      means[r] = sum / values.length;
    }
    Arrays.sort(means);
    var tail = (1 - confidence) / 2;
    return new Interval(quantile(means, tail), quantile(means, 1 - tail));
  }

  /// Between the two nearest order statistics, linearly.
  private static double quantile(double[] sorted, double p) {
    var at = p * (sorted.length - 1);
    var below = (int) Math.floor(at);
    var above = Math.min(sorted.length - 1, below + 1);
    return sorted[below] + (at - below) * (sorted[above] - sorted[below]);
  }
}
