package dev.cft.lm.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import dev.cft.lm.CheckpointWriter;
import dev.cft.lm.Decoder;
import dev.cft.lm.TinyModels;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

class TraineeTest {
  private static final TrainingSpec.Descent DESCENT =
      new TrainingSpec.Descent(
          1e-3, Schedule.Shape.CONSTANT, 0, OptionalInt.of(0), 0.01, 1.0, 0.9, 0.999, 1e-8);

  @TempDir Path temporary;

  static Stream<String> families() {
    return TinyModels.FAMILIES.stream();
  }

  /// Rows shorter and longer than a block of queries (128), more trained tokens than a chunk of the
  /// loss (256).
  private static List<Example> rows() {
    var random = new SplittableRandom(3);
    return Stream.of(7, 250, 130, 31, 129, 2)
        .map(length -> new Example(random.ints(length, 3, 288).toArray(), length / 3))
        .toList();
  }

  private static int trained(List<Example> rows) {
    return rows.stream().mapToInt(Example::trainedTokens).sum();
  }

  private static Trainee.Mode mode(MixedPrecision precision, Products products) {
    return new Trainee.Mode(precision, products, false, Optional.empty());
  }

  private static Trainee.Mode lora(double dropout, boolean recompute) {
    var lora = new Lora(4, 8, dropout, Set.copyOf(Lora.MODULES));
    return new Trainee.Mode(MixedPrecision.FP32, Products.FP32, recompute, Optional.of(lora));
  }

  /// Gradients of all that is trained, one array after the other, after passes over the batches.
  private static List<float[]> gradients(
      String family, Trainee.Mode mode, int seed, List<MicroBatch> batches) {
    try (var decoder = Decoder.load(TinyModels.folder(family));
        var trainee = new Trainee(decoder, mode, "base", 1)) {
      return gradients(trainee, seed, batches);
    }
  }

  private static List<float[]> gradients(Trainee trainee, int seed, List<MicroBatch> batches) {
    var step = new Step(trainee);
    int trained = batches.stream().mapToInt(MicroBatch::trainedTokens).sum();
    batches.forEach(batch -> step.add(batch, trained, seed));
    return trainee.trained().stream().map(each -> floats(trainee, each.gradient())).toList();
  }

  private static float[] floats(Trainee trainee, NDArray array) {
    try (var wide = trainee.one("fp32", array)) {
      return wide.toFloatArray();
    }
  }

  private static void assertClose(List<float[]> actual, List<float[]> expected, double relative) {
    assertThat(actual).hasSameSizeAs(expected);
    for (int i = 0; i < actual.size(); i++) {
      double difference = 0;
      double size = 0;
      for (int k = 0; k < actual.get(i).length; k++) {
        difference += Math.pow(actual.get(i)[k] - expected.get(i)[k], 2);
        size += Math.pow(expected.get(i)[k], 2);
      }
      assertThat(Math.sqrt(difference))
          .as("array %d of size %s", i, Math.sqrt(size))
          .isLessThanOrEqualTo(relative * Math.sqrt(size) + 1e-7);
    }
  }

  @ParameterizedTest
  @MethodSource("families")
  void packed_rows_have_the_gradients_of_rows_that_go_one_by_one(String family) {
    var rows = rows();

    var packed = gradients(family, Trainee.Mode.PLAIN, 1, List.of(new MicroBatch(rows)));
    var single =
        gradients(
            family,
            Trainee.Mode.PLAIN,
            1,
            rows.stream().map(row -> new MicroBatch(List.of(row))).toList());

    assertClose(packed, single, 2e-5);
  }

  @ParameterizedTest
  @CsvSource({"qwen2,0", "qwen3,0.5"})
  void recomputed_layers_have_the_very_gradients_of_saved_ones(String family, double dropout) {
    var batch = List.of(new MicroBatch(rows()));
    var plain = dropout == 0 ? Trainee.Mode.PLAIN : lora(dropout, false);
    var recomputed =
        dropout == 0
            ? new Trainee.Mode(MixedPrecision.FP32, Products.FP32, true, Optional.empty())
            : lora(dropout, true);

    assertThat(gradients(family, recomputed, 5, batch))
        .usingRecursiveComparison()
        .isEqualTo(gradients(family, plain, 5, batch));
  }

  @Test
  void dropout_is_drawn_from_the_seed_of_the_pass() {
    var batch = List.of(new MicroBatch(rows()));
    var first = gradients("qwen2", lora(0.5, false), 5, batch);

    assertThat(gradients("qwen2", lora(0.5, false), 5, batch))
        .usingRecursiveComparison()
        .isEqualTo(first);
    assertThat(gradients("qwen2", lora(0.5, false), 6, batch).get(1)).isNotEqualTo(first.get(1));
  }

  /// With W' = W + s B A: ∂B = s ∂W' Aᵀ and ∂A = s Bᵀ ∂W'; the oracle is full training of the
  /// merged weights.
  @ParameterizedTest
  @MethodSource("families")
  void adapters_have_the_gradients_that_follow_from_those_of_the_merged_weights(String family)
      throws IOException {
    var batch = List.of(new MicroBatch(rows()));
    var merged = temporary.resolve("merged");
    try (var decoder = Decoder.load(TinyModels.folder(family));
        var trainee = new Trainee(decoder, lora(0, false), "base", 1)) {
      var random = new SplittableRandom(8);
      for (var each : trainee.trained()) {
        var values = new float[Math.toIntExact(each.parameter().elements())];
        for (int i = 0; i < values.length; i++) {
          values[i] = (float) random.nextGaussian(0, 0.05);
        }
        try (var drawn = trainee.manager().create(values, each.weight().getShape())) {
          trainee.one("assign", each.weight(), drawn).close();
        }
      }
      CheckpointWriter.write(
          merged, TinyModels.folder(family), CheckpointStore.weights(trainee), _ -> {});
      var adapters = gradients(trainee, 1, batch);
      try (var whole = Decoder.load(merged);
          var full = new Trainee(whole, Trainee.Mode.PLAIN, "merged", 1)) {
        gradients(full, 1, batch);
        assertClose(adapters, chained(trainee, full), 1e-4);
      }
    }
  }

  private static List<float[]> chained(Trainee adapted, Trainee full) {
    var expected = new ArrayList<float[]>();
    var byName = adapted.trained();
    for (int i = 0; i < byName.size(); i += 2) {
      var a = byName.get(i).weight();
      var b = byName.get(i + 1).weight();
      var whole = gradientOf(full, byName.get(i).parameter().name().replace(".lora_A", ""));
      expected.add(b.transpose().matMul(whole).mul(2).toFloatArray());
      expected.add(whole.matMul(a.transpose()).mul(2).toFloatArray());
    }
    return expected;
  }

  private static NDArray gradientOf(Trainee full, String name) {
    for (var each : full.trained()) {
      long row = 0;
      for (var part : each.parameter().parts()) {
        long end = row + part.shape().getFirst();
        if (part.name().equals(name)) {
          return each.gradient().get(row + ":" + end);
        }
        row = end;
      }
    }
    throw new AssertionError(name);
  }

  private static double lossAfter(Trainee.Mode mode, int steps) {
    try (var decoder = Decoder.load(TinyModels.folder("qwen2"));
        var trainee = new Trainee(decoder, mode, "base", 1)) {
      var step = new Step(trainee);
      var optimizer = new Optimizer(trainee, DESCENT);
      var batch = new MicroBatch(rows());
      for (int i = 0; i < steps; i++) {
        step.add(batch, batch.trainedTokens(), 1);
        optimizer.step(DESCENT.learningRate(), step.norm());
        step.next();
      }
      return step.evaluate(batch) / batch.trainedTokens();
    }
  }

  /// Steps of 1e-3 are smaller than half a unit in the last place of a bf16 weight of 0.5.
  @ParameterizedTest
  @CsvSource({"BF16,FP32", "BF16,BF16", "PURE_BF16,FP32", "PURE_BF16,BF16"})
  void bf16_training_follows_fp32(MixedPrecision precision, Products products) {
    double start = lossAfter(Trainee.Mode.PLAIN, 0);
    double fp32 = lossAfter(Trainee.Mode.PLAIN, 40);

    double bf16 = lossAfter(mode(precision, products), 40);

    assertThat(fp32).isLessThan(start - 0.5);
    assertThat(bf16).isCloseTo(fp32, within(0.02 * (start - fp32)));
  }

  @Test
  void the_loss_with_gradients_is_the_loss_without() {
    try (var decoder = Decoder.load(TinyModels.folder("llama"));
        var trainee = new Trainee(decoder, Trainee.Mode.PLAIN, "base", 1)) {
      var step = new Step(trainee);
      var batch = new MicroBatch(rows());

      double loss = step.add(batch, trained(rows()), 1);

      assertThat(step.evaluate(batch) / trained(rows())).isCloseTo(loss, within(1e-5));
    }
  }
}
