package dev.cft.lm;

import java.util.Arrays;
import java.util.SplittableRandom;

/// Draws tokens from logits with its own seed, so that a row's sample does not depend on its
/// neighbours.
final class Sampler {
  private final double temperature;
  private final double topP;
  private final SplittableRandom random;

  Sampler(double temperature, double topP, long seed) {
    this.temperature = temperature;
    this.topP = topP;
    this.random = new SplittableRandom(seed);
  }

  /// A token from the `size` logits that start at `from`; temperature must be positive.
  int sample(float[] logits, int from, int size) {
    double[] weights = weights(logits, from, size);
    double total = Arrays.stream(weights).sum();
    if (topP < 1) {
      total = keepNucleus(weights, total);
    }
    double left = random.nextDouble() * total;
    int last = 0;
    for (int token = 0; token < size; token++) {
      if (weights[token] > 0) {
        last = token;
        left -= weights[token];
        if (left < 0) {
          break;
        }
      }
    }
    return last;
  }

  private double[] weights(float[] logits, int from, int size) {
    float max = Float.NEGATIVE_INFINITY;
    for (int i = 0; i < size; i++) {
      max = Math.max(max, logits[from + i]);
    }
    var weights = new double[size];
    for (int i = 0; i < size; i++) {
      weights[i] = Math.exp((logits[from + i] - max) / temperature);
    }
    return weights;
  }

  /// Zeroes what lies outside the smallest set of likeliest tokens that holds `topP` of the mass.
  private double keepNucleus(double[] weights, double total) {
    // All tokens below this bound together hold less than 1 - topP: none of them is in the nucleus.
    double bound = (1 - topP) * total / weights.length;
    int[] candidates = new int[weights.length];
    int count = 0;
    for (int i = 0; i < weights.length; i++) {
      if (weights[i] >= bound) {
        candidates[count++] = i;
      }
    }
    var sorted = new long[count];
    for (int i = 0; i < count; i++) {
      // Positive doubles order as their bits do; ascending bits of the weight, then by token.
      sorted[i] =
          (Double.doubleToLongBits(weights[candidates[i]]) & ~0xFFFFFFL)
              | (0xFFFFFF - candidates[i]);
    }
    Arrays.sort(sorted);
    double kept = 0;
    var nucleus = new double[weights.length];
    for (int i = count - 1; i >= 0 && kept < topP * total; i--) {
      int token = 0xFFFFFF - (int) (sorted[i] & 0xFFFFFF);
      nucleus[token] = weights[token];
      kept += weights[token];
    }
    System.arraycopy(nucleus, 0, weights, 0, weights.length);
    return kept;
  }
}
