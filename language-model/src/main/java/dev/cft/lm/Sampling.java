package dev.cft.lm;

import java.util.OptionalInt;

/// How tokens are drawn.
///
/// @param temperature 0 takes the likeliest token each time
/// @param topP nucleus sampling (arXiv 1904.09751): the likeliest tokens that together have this
///   probability; 1 keeps all
/// @param topK only so many of the likeliest tokens; empty keeps all
/// @param seed decides the sample, whatever else is generated at the same time
public record Sampling(double temperature, double topP, OptionalInt topK, long seed) {
  /// The likeliest token each time.
  public static final Sampling GREEDY = new Sampling(0, 1, OptionalInt.empty(), 0);

  public Sampling {
    if (!(temperature >= 0) || temperature == Double.POSITIVE_INFINITY) {
      throw new IllegalArgumentException("temperature must be 0 or more, got " + temperature);
    }
    if (!(topP > 0 && topP <= 1)) {
      throw new IllegalArgumentException("topP must be above 0 and at most 1, got " + topP);
    }
    if (topK.isPresent() && topK.getAsInt() < 1) {
      throw new IllegalArgumentException("topK must be at least 1, got " + topK.getAsInt());
    }
  }

  /// The same with another seed.
  public Sampling withSeed(long value) {
    return new Sampling(temperature, topP, topK, value);
  }
}
