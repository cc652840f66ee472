package dev.cft.lm;

import java.util.Arrays;
import java.util.SplittableRandom;

/// Draws tokens from probabilities with its own seed, so that a row's sample does not depend on its
/// neighbours.
final class Sampler {
  private final Sampling sampling;
  private final SplittableRandom random;

  Sampler(Sampling sampling) {
    this.sampling = sampling;
    this.random = new SplittableRandom(sampling.seed());
  }

  /// A token by the `size` probabilities that start at `from`, which are used up.
  int sample(float[] probabilities, int from, int size) {
    double total = restrict(probabilities, from, size);
    double left = random.nextDouble() * total;
    int last = 0;
    for (int token = 0; token < size; token++) {
      float probability = probabilities[from + token];
      if (probability > 0) {
        last = token;
        left -= probability;
        if (left < 0) {
          break;
        }
      }
    }
    return last;
  }

  /// Zeroes what is neither among the `topK` likeliest tokens nor in the smallest set of likeliest
  /// tokens that holds `topP` of what is left; returns the sum of the rest.
  private double restrict(float[] probabilities, int from, int size) {
    int most = Math.min(size, sampling.topK().orElse(size));
    if (most == size && sampling.topP() == 1) {
      return sum(probabilities, from, size);
    }
    long[] likeliest = likeliest(probabilities, from, size, most);
    double all = 0;
    for (long candidate : likeliest) {
      all += probabilities[from + token(candidate)];
    }
    // Without a limit the candidates leave out what cannot be in the nucleus.
    double wanted = sampling.topP() * (most == size ? 1 : all);
    double kept = 0;
    int count = 0;
    while (count < likeliest.length && (count == 0 || kept < wanted)) {
      kept += probabilities[from + token(likeliest[count])];
      count++;
    }
    var nucleus = new float[count];
    for (int i = 0; i < count; i++) {
      nucleus[i] = probabilities[from + token(likeliest[i])];
    }
    Arrays.fill(probabilities, from, from + size, 0);
    for (int i = 0; i < count; i++) {
      probabilities[from + token(likeliest[i])] = nucleus[i];
    }
    return kept;
  }

  private static double sum(float[] probabilities, int from, int size) {
    double sum = 0;
    for (int i = 0; i < size; i++) {
      sum += probabilities[from + i];
    }
    return sum;
  }

  /// At most `most` tokens, likeliest first and equal ones by number, as bits of the probability
  /// over the number's complement.
  private long[] likeliest(float[] probabilities, int from, int size, int most) {
    // All tokens below this bound together hold less than 1 - topP: none of them is in the nucleus.
    float bound = most < size ? 0 : (float) ((1 - sampling.topP()) / size);
    var candidates = new long[size];
    int count = 0;
    for (int i = 0; i < size; i++) {
      float probability = probabilities[from + i];
      if (probability >= bound) {
        // Positive floats order as their bits do.
        candidates[count++] =
            -(((long) Float.floatToRawIntBits(probability) << 32) | (0xFFFFFFFFL - i));
      }
    }
    Arrays.sort(candidates, 0, count);
    return Arrays.copyOf(candidates, Math.min(count, most));
  }

  private static int token(long candidate) {
    return (int) (0xFFFFFFFFL - (-candidate & 0xFFFFFFFFL));
  }
}
