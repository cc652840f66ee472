package dev.cft.lm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import ai.djl.ndarray.NDManager;
import dev.cft.lm.torch.Torch;
import dev.cft.lm.vector.BlockAttention;
import dev.cft.lm.vector.Vectors;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
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
class DecodingStepTest {
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

  /// What computes a step.
  private enum Kind {
    SCRIPT,
    SLOTS,
    PAGES;

    DecodingStep of(Decoder decoder) {
      return switch (this) {
        case SCRIPT -> new SlottedStep(decoder, new ScriptPass(decoder));
        case SLOTS -> new SlottedStep(decoder, new VectorPass(decoder));
        case PAGES -> new PagedStep(decoder);
      };
    }

    static Kind[] fitting(Precision precision) {
      return BlockAttention.fits(precision == Precision.BF16)
          ? new Kind[] {SLOTS, PAGES}
          : new Kind[] {SLOTS};
    }
  }

  private static List<int[]> prompts(int... lengths) {
    return Arrays.stream(lengths)
        .mapToObj(n -> IntStream.rangeClosed(1, n).map(i -> i * (n + 31) % 256).toArray())
        .toList();
  }

  /// Natural logarithms of the probabilities after each of so many steps of rows with prompts of
  /// different lengths, two of them with the same; one of these leaves half-way.
  private double[][] logarithms(Precision precision, boolean packed, Kind kind, int[][] likeliest) {
    int steps = 70;
    var results = new double[steps][];
    try (var decoder = Decoder.load(folder, precision, packed)) {
      decoder.keep();
      try (var step = kind.of(decoder)) {
        long[] starts = join(decoder, step);
        for (int t = 0; t < steps; t++) {
          if (t == steps / 2) {
            step.leave(1);
            starts = new long[] {starts[0], starts[3], starts[2]};
          }
          int done = t;
          long[] positions = Arrays.stream(starts).map(start -> start + done).toArray();
          long[] ids = Arrays.stream(positions).map(position -> position * 37 % 256).toArray();
          ids[ids.length - 1] = t;
          try (NDManager scope = decoder.manager().newSubManager()) {
            var next = step.run(scope, ids, positions, true);
            likeliest[t] = next.likeliest();
            assertThat(step.run(scope, ids, positions, false).likeliest()).isEqualTo(likeliest[t]);
            results[t] = Probabilities.logarithms(decoder, scope, next.logits(), positions.length);
          }
        }
      }
    }
    return results;
  }

  private static long[] join(Decoder decoder, DecodingStep step) {
    try (var prompts = step.prompts(prompts(3, 4, 140));
        NDManager scope = decoder.manager().newSubManager()) {
      assertThat(prompts.advance(1000)).isTrue();
      prompts.join(scope, new int[] {0, 2, 1, 2});
    }
    return new long[] {3, 140, 4, 140};
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
    var expected = new int[70][];
    var script = logarithms(Precision.FP32, packed, Kind.SCRIPT, expected);

    for (var kind : Kind.fitting(Precision.FP32)) {
      var ours = new int[70][];
      var probabilities = logarithms(Precision.FP32, packed, kind, ours);

      assertThat(ours).isDeepEqualTo(expected);
      for (int t = 0; t < script.length; t++) {
        assertThat(probabilities[t])
            .as("%s, step %d", kind, t)
            .containsExactly(script[t], within(1e-4));
      }
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"qwen2", "llama", "qwen3"})
  void in_bf16_they_are_as_near_to_fp32_as_the_script(String family) throws IOException {
    model(family, 2);
    var exact = logarithms(Precision.FP32, false, Kind.SCRIPT, new int[70][]);
    double script = error(logarithms(Precision.BF16, true, Kind.SCRIPT, new int[70][]), exact);

    for (var kind : Kind.fitting(Precision.BF16)) {
      double vectors = error(logarithms(Precision.BF16, true, kind, new int[70][]), exact);

      assertThat(vectors).as(kind.name()).isBetween(1e-6, 1.2 * script);
    }
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

  /// The logarithms of the probabilities after three prompts of different lengths, which pass in
  /// pieces, and after one more token of each.
  private double[][] passed(Precision precision, boolean packed, Kind kind) {
    try (var decoder = Decoder.load(folder, precision, packed)) {
      decoder.keep();
      try (var step = kind.of(decoder);
          var prompts = step.prompts(prompts(3, 375, 900));
          NDManager scope = decoder.manager().newSubManager()) {
        int pieces = 1;
        while (!prompts.advance(300)) {
          pieces++;
        }
        assertThat(pieces).isGreaterThan(3);
        var first = prompts.join(scope, new int[] {2, 0, 1});
        var next = step.run(scope, new long[] {7, 8, 9}, new long[] {900, 3, 375}, true);
        return new double[][] {
          Probabilities.logarithms(decoder, scope, first.logits(), 3),
          Probabilities.logarithms(decoder, scope, next.logits(), 3)
        };
      }
    }
  }

  @ParameterizedTest
  @CsvSource({"qwen2, false", "llama, true", "qwen3, true", "mistral, false"})
  void prompts_come_out_as_from_the_script(String family, boolean packed) throws IOException {
    model(family, 5);
    var script = passed(Precision.FP32, packed, Kind.SCRIPT);

    for (var kind : Kind.fitting(Precision.FP32)) {
      var ours = passed(Precision.FP32, packed, kind);

      assertThat(ours[0]).as(kind.name()).containsExactly(script[0], within(1e-4));
      assertThat(ours[1]).as(kind.name()).containsExactly(script[1], within(1e-4));
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"qwen2", "llama", "qwen3"})
  void in_bf16_prompts_come_out_as_near_to_fp32_as_from_the_script(String family)
      throws IOException {
    model(family, 6);
    var exact = passed(Precision.FP32, false, Kind.SCRIPT);
    double script = error(passed(Precision.BF16, true, Kind.SCRIPT), exact);

    for (var kind : Kind.fitting(Precision.BF16)) {
      double vectors = error(passed(Precision.BF16, true, kind), exact);

      assertThat(vectors).as(kind.name()).isBetween(1e-6, 1.2 * script);
    }
  }

  @Test
  void rows_in_pages_need_room_for_their_own_lengths_only() throws IOException {
    assumeTrue(BlockAttention.fits(false), "no products of blocks in this processor");
    model("llama", 7);
    try (var decoder = Decoder.load(folder, Precision.FP32, false)) {
      decoder.keep();
      try (var slots = Kind.SLOTS.of(decoder);
          var pages = Kind.PAGES.of(decoder)) {
        var longest = List.of(1, 64, 65, 300, 1100);

        assertThat(slots.tokens(longest)).isEqualTo(5 * 1100);
        assertThat(pages.tokens(longest)).isEqualTo(64 + 64 + 128 + 512 + 1536);
      }
    }
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
