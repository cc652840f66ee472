package dev.cft.lm.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import dev.cft.lm.Decoder;
import dev.cft.lm.TinyModels;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.JsonNode;

class TransformersTrainingParityTest {
  /// As in make_checkpoints.py.
  private static final TrainingSpec.Descent DESCENT =
      new TrainingSpec.Descent(
          1e-2, Schedule.Shape.COSINE, 0, OptionalInt.of(2), 0.01, 1.0, 0.9, 0.999, 1e-8);

  static Stream<String> families() {
    return TinyModels.FAMILIES.stream();
  }

  private static List<Example> examples(JsonNode golden) {
    var examples = new ArrayList<Example>();
    for (var row : golden.path("rows")) {
      examples.add(new Example(TinyModels.ints(row), row.size() / 3));
    }
    return examples;
  }

  private static int trained(List<Example> examples) {
    return examples.stream().mapToInt(Example::trainedTokens).sum();
  }

  @ParameterizedTest
  @MethodSource("families")
  void loss_and_every_gradient_equal_those_of_transformers(String family) {
    var golden = TinyModels.golden(family);
    var examples = examples(golden);

    try (var decoder = Decoder.load(TinyModels.folder(family));
        var trainee = trainee(decoder)) {
      double loss = new Step(trainee).add(new MicroBatch(examples), trained(examples), 1);
      var gradients = trainee.gradients();

      assertThat(loss).isCloseTo(golden.path("loss").doubleValue(), within(1e-5));
      for (int i = 0; i < gradients.size(); i++) {
        compare(decoder, i, gradients.get(i), golden.path("gradients"));
      }
    }
  }

  private static void compare(Decoder decoder, int index, NDArray gradient, JsonNode golden) {
    float[] values = gradient.toFloatArray();
    int from = 0;
    for (var part : decoder.layout().get(index).parts()) {
      int size = Math.toIntExact(part.shape().stream().reduce(1L, (a, b) -> a * b));
      double[] digest = digest(values, from, size);
      double norm = golden.path(part.name()).path(0).doubleValue();
      for (int k = 0; k < digest.length; k++) {
        double expected = golden.path(part.name()).path(k).doubleValue();
        assertThat(digest[k])
            .as("%s, projection %d", part.name(), k)
            .isCloseTo(expected, within(1e-3 * norm + 1e-6));
      }
      from += size;
    }
  }

  private static double[] digest(float[] values, int from, int size) {
    double[] waves = {0, 0.7, 1.9};
    var digest = new double[4];
    for (int i = 0; i < size; i++) {
      digest[0] += (double) values[from + i] * values[from + i];
      for (int k = 0; k < waves.length; k++) {
        digest[k + 1] += values[from + i] * Math.cos(waves[k] * i + waves[k]);
      }
    }
    digest[0] = Math.sqrt(digest[0]);
    return digest;
  }

  @ParameterizedTest
  @MethodSource("families")
  void twenty_steps_have_the_losses_of_transformers(String family) {
    var golden = TinyModels.golden(family);
    var examples = examples(golden);
    var schedule = Schedule.of(DESCENT, 20);

    var losses = new ArrayList<Double>();
    try (var decoder = Decoder.load(TinyModels.folder(family));
        var trainee = trainee(decoder)) {
      var step = new Step(trainee);
      var optimizer = new Optimizer(trainee, DESCENT);
      for (int i = 0; i < 20; i++) {
        losses.add(descend(step, optimizer, examples, schedule.rate(i)));
      }
    }

    for (int i = 0; i < 20; i++) {
      assertThat(losses.get(i))
          .as("step %d", i)
          .isCloseTo(golden.path("curve").path(i).doubleValue(), within(1e-4));
    }
  }

  private static Trainee trainee(Decoder decoder) {
    return new Trainee(decoder, Trainee.Mode.PLAIN, "base", 1);
  }

  private static double descend(
      Step step, Optimizer optimizer, List<Example> examples, double rate) {
    double loss = 0;
    // Two passes a step: how rows are split must not show.
    for (var batch :
        List.of(new MicroBatch(examples.subList(0, 2)), new MicroBatch(examples.subList(2, 3)))) {
      loss += step.add(batch, trained(examples), 1);
    }
    optimizer.step(rate, step.norm());
    step.next();
    return loss;
  }
}
