package dev.cft.lm.vector;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.cft.lm.torch.Brgemm;
import dev.cft.lm.torch.Torch;
import java.lang.foreign.Arena;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Heads together against softmax and sums in doubles.
@EnabledOnOs(OS.LINUX)
class HeadGroupTest {
  private static final int HEADS = HeadGroup.HEADS;

  private final Random random = new Random(2);

  @BeforeEach
  void pytorch_is_loaded() {
    assertThat(Torch.engine()).isNotNull();
  }

  private static Numbers memory(int count) {
    return new Numbers(Arena.ofAuto().allocate(2L * count, 64), true);
  }

  /// Numbers that bf16 has.
  private float[] drawn(int count) {
    var numbers = new float[count];
    for (int i = 0; i < count; i++) {
      numbers[i] =
          Float.intBitsToFloat(Float.floatToIntBits((float) random.nextGaussian()) & 0xffff0000);
    }
    return numbers;
  }

  @ParameterizedTest
  @CsvSource({
    "64, 1, 64",
    "64, 16, 64",
    "64, 77, 128",
    "128, 300, 320",
    "64, 530, 576",
    "64, 5, 6"
  })
  void attention_is_the_sum_of_the_values_by_the_softmax_of_the_products(
      int size, int tokens, int room) {
    assumeTrue(Brgemm.available(true), "no bf16 products in this processor");
    assumeTrue(AttentionHeads.fits(size));
    float[] numbers = drawn(2 * size * tokens);
    var cache = memory(size + 2 * size * room);
    float[] unused = new float[2 * size * room];
    Arrays.fill(unused, Float.NaN);
    cache.write(unused, 0, unused.length, size);
    cache.write(numbers, 0, numbers.length, size);
    var keys = new CachedHead(cache, size, size);
    var values = new CachedHead(cache, 2L * size, size);
    var group = new HeadGroup(size);
    var result = memory(HEADS * size);
    var queries = new float[HEADS][];
    for (int head = 0; head < HEADS; head++) {
      queries[head] = drawn(size);
      group.query(head, queries[head]);
    }

    Brgemm.tiled(() -> {
      group.fetch(keys, tokens);
      group.attend(keys, values, tokens, room);
    });

    for (int head = 0; head < HEADS; head++) {
      group.write(head, result, (long) head * size);
      double[] expected = attention(queries[head], numbers, size, tokens);
      for (int i = 0; i < size; i++) {
        assertThat((double) result.read((long) head * size + i))
            .isCloseTo(expected[i], within(Math.abs(expected[i]) / 250 + 1e-4));
      }
    }
  }

  /// Of numbers `[tokens, 2, size]`.
  private static double[] attention(float[] query, float[] numbers, int size, int tokens) {
    var result = new double[size];
    double sum = 0;
    double most = Double.NEGATIVE_INFINITY;
    var scores = new double[tokens];
    for (int t = 0; t < tokens; t++) {
      for (int i = 0; i < size; i++) {
        scores[t] += query[i] * (double) numbers[2 * size * t + i];
      }
      most = Math.max(most, scores[t]);
    }
    for (int t = 0; t < tokens; t++) {
      double weight = Math.exp(scores[t] - most);
      sum += weight;
      for (int i = 0; i < size; i++) {
        result[i] += weight * numbers[2 * size * t + size + i];
      }
    }
    for (int i = 0; i < size; i++) {
      result[i] /= sum;
    }
    return result;
  }

  @Test
  void shares_of_the_weights_are_each_heads_softmax() {
    int tokens = 21;
    float[] scores = Arrays.copyOf(drawn(HEADS * tokens), HEADS * tokens + Numbers.LANES);
    float[] weights = scores.clone();
    var shares = new float[HEADS];

    HeadGroup.weigh(weights, tokens, shares);

    for (int head = 0; head < HEADS; head++) {
      double sum = 0;
      for (int t = 0; t < tokens; t++) {
        sum += Math.exp(scores[HEADS * t + head]);
      }
      for (int t = 0; t < tokens; t++) {
        assertThat((double) weights[HEADS * t + head] * shares[head])
            .isCloseTo(Math.exp(scores[HEADS * t + head]) / sum, within(1e-6));
      }
    }
  }
}
