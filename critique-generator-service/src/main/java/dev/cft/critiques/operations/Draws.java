package dev.cft.critiques.operations;

import java.util.BitSet;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;

/// What seeds decide.
final class Draws {
  private Draws() {}

  static RandomGenerator random(long seed) {
    return RandomGeneratorFactory.of("L64X128MixRandom").create(seed);
  }

  /// Leaves `wanted` of the bits from `from` on, drawn without replacement: selection sampling
  /// (Knuth, TAOCP 2, algorithm S).
  static void thin(BitSet bits, int from, int to, long wanted, RandomGenerator random) {
    var left = (long) bits.get(from, to).cardinality();
    var still = Math.min(wanted, left);
    for (var place = bits.nextSetBit(from); place >= 0 && place < to; ) {
      if (random.nextDouble() * left < still) {
        still--;
      } else {
        bits.clear(place);
      }
      left--;
      place = bits.nextSetBit(place + 1);
    }
  }

  /// A permutation of the numbers below `size` (Fisher and Yates).
  static int[] order(int size, long seed) {
    var order = new int[size];
    for (var i = 0; i < size; i++) {
      order[i] = i;
    }
    var random = random(seed);
    for (var i = size - 1; i > 0; i--) {
      var j = random.nextInt(i + 1);
      var swapped = order[i];
      order[i] = order[j];
      order[j] = swapped;
    }
    return order;
  }
}
