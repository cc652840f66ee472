package dev.cft.standalone.problems;

import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;

/// Random numbers that are the same on every machine for the same seed.
public final class Seeds {
  /// Its algorithm is specified, so that a newer JDK draws the same numbers.
  private static final RandomGeneratorFactory<RandomGenerator> FACTORY =
      RandomGeneratorFactory.of("L64X128MixRandom");

  private Seeds() {}

  public static RandomGenerator generator(long seed) {
    return FACTORY.create(seed);
  }
}
