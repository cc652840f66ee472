package dev.cft.lm;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Packed matrices and bf16, whatever the size of the model.
class PrecisionTest {
  private static float[] nextLogits(Precision precision, boolean packed, String family) {
    int[] row = TinyModels.ints(TinyModels.golden(family).path("rows").path(1));
    try (var decoder = Decoder.load(TinyModels.folder(family), precision, packed);
        var cache = new KvCache(decoder, 1);
        NDManager scope = decoder.manager().newSubManager()) {
      cache.reserve(1, row.length);
      var ids = scope.create(Arrays.stream(row).asLongStream().toArray(), new Shape(1, row.length));
      var states =
          decoder
              .infer(
                  scope,
                  "extend",
                  ids,
                  scope.create(0L),
                  scope.create(new long[] {row.length - 1L}),
                  decoder.cos(row.length),
                  decoder.sin(row.length),
                  decoder.weights(),
                  cache.keys(),
                  cache.values())
              .getFirst();
      return decoder
          .infer(scope, "first_tokens", states, scope.create(new long[] {0}), decoder.weights())
          .get(1)
          .toFloatArray();
    }
  }

  private static double furthest(float[] some, float[] others) {
    double furthest = 0;
    for (int i = 0; i < some.length; i++) {
      furthest = Math.max(furthest, Math.abs(some[i] - others[i]));
    }
    return furthest;
  }

  @ParameterizedTest
  @ValueSource(strings = {"qwen2", "llama", "qwen3"})
  void packed_matrices_give_the_same_logits(String family) {
    var plain = nextLogits(Precision.FP32, false, family);

    assertThat(furthest(nextLogits(Precision.FP32, true, family), plain)).isLessThan(1e-4);
  }

  @ParameterizedTest
  @ValueSource(strings = {"qwen2", "llama", "qwen3"})
  void bf16_is_near_fp32_packed_or_not(String family) {
    var exact = nextLogits(Precision.FP32, false, family);
    double largest = furthest(exact, new float[exact.length]);

    // Eight bits of mantissa, a few dozen roundings one after the other.
    assertThat(furthest(nextLogits(Precision.BF16, false, family), exact))
        .isBetween(1e-6, 0.05 * largest);
    assertThat(furthest(nextLogits(Precision.BF16, true, family), exact))
        .isBetween(1e-6, 0.05 * largest);
  }

  @Test
  void a_model_generates_and_scores_in_bf16() {
    var folder = TinyModels.folder("qwen2");
    var request = GenerationRequest.greedy(new int[] {5, 6, 7}, 10).withLogProbabilities(0);
    try (var model = LanguageModel.load(folder, Precision.BF16);
        var scorer = Scorer.load(folder, Precision.BF16)) {
      var generation = model.generate(List.of(request), new GenerationListener() {});

      assertThat(generation.getFirst().tokens()).hasSize(10);
      assertThat(scorer.logProbabilities(List.of(new int[] {5, 6, 7})).getFirst()).hasSize(2);
    }
  }
}
