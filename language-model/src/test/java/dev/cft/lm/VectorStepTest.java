package dev.cft.lm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import dev.cft.lm.torch.Torch;
import dev.cft.lm.vector.Vectors;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.json.JsonMapper;

/// Java's vectors compute what the script does, which is compared with transformers elsewhere.
@EnabledOnOs(OS.LINUX)
class VectorStepTest {
  private static final JsonMapper JSON = new JsonMapper();
  private static final GenerationListener NOBODY = new GenerationListener() {};

  @TempDir private Path folder;

  @BeforeEach
  void vectors_are_available() {
    assertThat(Torch.engine()).isNotNull();
    assertThat(Vectors.available()).isTrue();
  }

  /// A checkpoint of a family with heads of 64 numbers, all tensors random: biases and norms, too.
  private void model(String family, int seed) throws IOException {
    model(family, seed, 72);
  }

  private void model(String family, int seed, int hidden) throws IOException {
    var random = new Random(seed);
    TinyModels.make(
        family,
        folder,
        config -> config.put("hidden_size", hidden).put("intermediate_size", 1100),
        (part, numbers) -> {
          float centre = part.name().contains("norm") ? 1 : 0;
          while (numbers.hasRemaining()) {
            numbers.put(centre + (float) random.nextGaussian(0, 0.2));
          }
        });
  }

  /// Natural logarithms of the probabilities after each of so many steps of rows that begin at
  /// different positions; a row leaves half-way.
  private double[][] logarithms(
      Precision precision, boolean packed, boolean vectors, int[][] likeliest) {
    int steps = 70;
    var results = new double[steps][];
    try (var decoder = Decoder.load(folder, precision, packed)) {
      decoder.keep();
      try (var cache = new KvCache(decoder, 3);
          var step = vectors ? new VectorStep(decoder) : new ScriptStep(decoder)) {
        for (int t = 0; t < steps; t++) {
          long[] positions = t < steps / 2 ? new long[] {t, t + 5, t + 1} : new long[] {t, t + 5};
          long[] ids = Arrays.stream(positions).map(position -> position * 37 % 256).toArray();
          cache.reserve(positions.length, t + 6);
          try (NDManager scope = decoder.manager().newSubManager()) {
            var next = step.run(scope, ids, positions, cache, true);
            likeliest[t] = next.likeliest();
            assertThat(step.run(scope, ids, positions, cache, false).likeliest())
                .isEqualTo(likeliest[t]);
            results[t] = Probabilities.logarithms(decoder, scope, next.logits(), positions.length);
          }
        }
      }
    }
    return results;
  }

  @ParameterizedTest
  @CsvSource({
    "qwen2, false",
    "qwen2-untied, true",
    "llama, true",
    "llama3, false",
    "qwen3, false",
    "qwen3, true",
    "mistral, false"
  })
  void vectors_give_the_probabilities_of_the_script(String family, boolean packed)
      throws IOException {
    model(family, 1);
    var ours = new int[70][];
    var expected = new int[70][];

    var probabilities = logarithms(Precision.FP32, packed, true, ours);
    var script = logarithms(Precision.FP32, packed, false, expected);

    assertThat(ours).isDeepEqualTo(expected);
    for (int t = 0; t < script.length; t++) {
      assertThat(probabilities[t]).containsExactly(script[t], within(1e-4));
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"qwen2", "llama", "qwen3"})
  void in_bf16_they_are_as_near_to_fp32_as_the_script(String family) throws IOException {
    model(family, 2);
    var exact = logarithms(Precision.FP32, false, false, new int[70][]);

    double vectors = error(logarithms(Precision.BF16, true, true, new int[70][]), exact);
    double script = error(logarithms(Precision.BF16, true, false, new int[70][]), exact);

    assertThat(vectors).isBetween(1e-6, 1.2 * script);
  }

  /// The root of the mean squared difference.
  private static double error(double[][] some, double[][] others) {
    double sum = 0;
    long count = 0;
    for (int t = 0; t < some.length; t++) {
      for (int i = 0; i < some[t].length; i++) {
        sum += Math.pow(some[t][i] - others[t][i], 2);
        count++;
      }
    }
    return Math.sqrt(sum / count);
  }

  /// What comes out for the last tokens of three prompts of different lengths, which pass in three
  /// pieces, and the logarithms of the probabilities after one more token of each.
  private double[][] prompts(Precision precision, boolean packed, boolean vectors)
      throws IOException {
    int[] lengths = {3, 375, 900};
    int hidden = ConfigReader.read(folder).hiddenSize();
    try (var decoder = Decoder.load(folder, precision, packed)) {
      decoder.keep();
      try (var cache = new KvCache(decoder, 3);
          var step = vectors ? new VectorStep(decoder) : new ScriptStep(decoder);
          NDManager scope = decoder.manager().newSubManager()) {
        cache.reserve(3, 901);
        var states = scope.zeros(new Shape(3, hidden));
        step.extend(ids(3, 0, 300), 3, 0, new int[] {2, -1, -1}, cache, states);
        step.extend(ids(2, 300, 77), 2, 300, new int[] {74, -1}, cache, states);
        step.extend(ids(1, 377, 523), 1, 377, new int[] {522}, cache, states);
        long[] positions = Arrays.stream(lengths).mapToLong(length -> length).toArray();
        var next = step.run(scope, ids(3, 0, 1), positions, cache, true);
        var logarithms = Probabilities.logarithms(decoder, scope, next.logits(), 3);
        return new double[][] {
          IntStream.range(0, 3 * hidden)
              .mapToDouble(i -> states.getFloat(i / hidden, i % hidden))
              .toArray(),
          logarithms
        };
      }
    }
  }

  private static long[] ids(int rows, int start, int tokens) {
    return LongStream.range(0, (long) rows * tokens)
        .map(i -> (3 - rows + i / tokens + 1) * (start + i % tokens + 1) * 31 % 256)
        .toArray();
  }

  @ParameterizedTest
  @CsvSource({"qwen2, false", "llama, true", "qwen3, true", "mistral, false"})
  void prompts_come_out_as_from_the_script(String family, boolean packed) throws IOException {
    model(family, 5);

    var ours = prompts(Precision.FP32, packed, true);
    var script = prompts(Precision.FP32, packed, false);

    assertThat(ours[0]).containsExactly(script[0], within(1e-3));
    assertThat(ours[1]).containsExactly(script[1], within(1e-4));
  }

  @ParameterizedTest
  @ValueSource(strings = {"qwen2", "llama", "qwen3"})
  void in_bf16_prompts_come_out_as_near_to_fp32_as_from_the_script(String family)
      throws IOException {
    model(family, 6);
    var exact = prompts(Precision.FP32, false, false);

    double vectors = error(prompts(Precision.BF16, true, true), exact);
    double script = error(prompts(Precision.BF16, true, false), exact);

    assertThat(vectors).isBetween(1e-6, 1.2 * script);
  }

  /// The larger model's matrices are packed; its rows become few as they end.
  @ParameterizedTest
  @ValueSource(ints = {72, 520})
  void many_rows_at_once_give_what_each_gives_alone(int hidden) throws IOException {
    model("qwen2", 3, hidden);
    var requests =
        IntStream.range(1, 13)
            .mapToObj(i -> GenerationRequest.greedy(new int[] {5, 6 + i, 7}, 20 + 10 * i))
            .toList();
    try (var model = LanguageModel.load(folder)) {
      var together = model.generate(requests, NOBODY);

      for (int i = 0; i < requests.size(); i++) {
        var alone = model.generate(List.of(requests.get(i)), NOBODY);
        assertThat(together.get(i).tokens()).isEqualTo(alone.getFirst().tokens());
      }
    }
  }

  @Test
  void bf16_is_computed_where_onednn_cannot_pack_it() throws Exception {
    model("llama", 4, 520);
    var process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--enable-native-access=ALL-UNNAMED",
                "-cp",
                System.getProperty("java.class.path"),
                "dev.cft.lm.cli.Generate",
                "--model",
                folder.toString(),
                "--dtype",
                "bf16",
                "--max-tokens",
                "3",
                "--prompt",
                "a")
            .redirectError(folder.resolve("stderr").toFile());
    process.environment().put("ONEDNN_MAX_CPU_ISA", "AVX2");
    var started = process.start();

    var answer = new String(started.getInputStream().readAllBytes(), StandardCharsets.UTF_8);

    assertThat(started.waitFor()).as(Files.readString(folder.resolve("stderr"))).isZero();
    assertThat(JSON.readTree(answer).path("tokens").size()).isBetween(1, 3);
  }
}
