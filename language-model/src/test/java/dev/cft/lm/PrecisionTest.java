package dev.cft.lm;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.NDManager;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Packed matrices and bf16, whatever the size of the model.
class PrecisionTest {
  /// After a prompt in one piece and a step of decoding: natural logarithms of the next token's
  /// probabilities.
  private static double[] next(Precision precision, boolean packed, String family) {
    int[] row = TinyModels.ints(TinyModels.golden(family).path("rows").path(1));
    int last = row.length - 1;
    try (var decoder = Decoder.load(TinyModels.folder(family), precision, packed)) {
      decoder.keep();
      try (var step = new SlottedStep(decoder, new ScriptPass(decoder));
          var prompts = step.prompts(List.of(Arrays.copyOf(row, last)));
          NDManager scope = decoder.manager().newSubManager()) {
        assertThat(prompts.advance(last)).isTrue();
        prompts.join(scope, new int[] {0});
        var logits = step.run(scope, new long[] {row[last]}, new long[] {last}, true).logits();
        return Probabilities.logarithms(decoder, scope, logits, 1);
      }
    }
  }

  private static double furthest(double[] some, double[] others) {
    double furthest = 0;
    for (int i = 0; i < some.length; i++) {
      furthest = Math.max(furthest, Math.abs(some[i] - others[i]));
    }
    return furthest;
  }

  @ParameterizedTest
  @ValueSource(strings = {"qwen2", "llama", "qwen3"})
  void packed_matrices_give_the_same_probabilities(String family) {
    var plain = next(Precision.FP32, false, family);

    assertThat(furthest(next(Precision.FP32, true, family), plain)).isLessThan(1e-4);
  }

  @ParameterizedTest
  @ValueSource(strings = {"qwen2", "llama", "qwen3"})
  void bf16_is_near_fp32_packed_or_not(String family) {
    var exact = next(Precision.FP32, false, family);
    double largest = furthest(exact, new double[exact.length]);

    // Eight bits of mantissa, a few dozen roundings one after the other.
    assertThat(furthest(next(Precision.BF16, false, family), exact))
        .isBetween(1e-6, 0.05 * largest);
    assertThat(furthest(next(Precision.BF16, true, family), exact)).isBetween(1e-6, 0.05 * largest);
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
