package dev.cft.lm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import dev.cft.lm.torch.Argument;
import dev.cft.lm.torch.Brgemm;
import dev.cft.lm.vector.BlockProduct;
import dev.cft.lm.vector.Int8Inputs;
import dev.cft.lm.vector.PartProduct;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.function.Consumer;
import java.util.stream.LongStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class ScreeningTest {
  private static final int VOCABULARY = 5000;
  private static final int HIDDEN = 520;

  @TempDir private Path folder;

  @BeforeEach
  void bytes_can_be_multiplied() {
    assumeTrue(Brgemm.int8Available(), "no products of bytes in this processor, or no Linux");
  }

  /// A checkpoint whose tensors are random.
  ///
  /// @param embeddings how many of the tokens have embeddings of their own; the others share theirs
  private void model(int embeddings) throws IOException {
    var random = new Random(5);
    TinyModels.make(
        "llama",
        folder,
        config ->
            config
                .put("hidden_size", HIDDEN)
                .put("vocab_size", VOCABULARY)
                .put("tie_word_embeddings", true),
        (part, numbers) -> {
          boolean shared = part.name().contains("embed");
          for (int i = 0; i < numbers.capacity(); i++) {
            numbers.put(
                shared && i / HIDDEN >= embeddings
                    ? numbers.get(i % HIDDEN)
                    : (float) random.nextGaussian(0, 0.2));
          }
        });
  }

  /// Long enough that the copy is made, with fewer rows as they end.
  @ParameterizedTest
  @EnumSource(Precision.class)
  void the_tokens_are_those_of_all_logits(Precision precision) throws IOException {
    assumeTrue(precision == Precision.FP32 || Brgemm.available(true), "no bf16 products");
    model(VOCABULARY);
    try (var decoder = Decoder.load(folder, precision, true)) {
      decoder.keep();
      try (var step = DecodingStep.of(decoder);
          var prompts = step.prompts(List.of(new int[] {1}))) {
        prompts.advance(1);
        try (NDManager scope = decoder.manager().newSubManager()) {
          prompts.join(scope, new int[36]);
        }
        var ids = LongStream.range(0, 36).toArray();
        for (int t = -ScreenedMatrix.FIRST; t < 140; t++) {
          int rows = t < 10 ? 36 : t < 50 ? 5 : 1;
          for (int row = ids.length - 1; row >= rows; row--) {
            step.leave(row);
          }
          ids = Arrays.copyOf(ids, rows);
          long[] positions = new long[rows];
          Arrays.fill(positions, 1 + Math.floorMod(t, 150));
          try (NDManager scope = decoder.manager().newSubManager()) {
            int[] expected = step.run(scope, ids, positions, true).likeliest();
            int[] tokens = step.run(scope, ids, positions, false).likeliest();

            assertThat(tokens).isEqualTo(expected);
            ids =
                Arrays.stream(tokens).mapToLong(token -> (token * 31L + 7) % VOCABULARY).toArray();
          }
        }
      }
    }
  }

  private interface Use {
    void of(Screening screening, StepMatrix matrix, Random random, Decoder decoder);
  }

  private void screening(Use use) {
    try (var decoder = Decoder.load(folder, Precision.FP32, true)) {
      decoder.keep();
      var matrix = decoder.packedMatrix(decoder.outputLayer()).orElseThrow();
      var threads = new StepThreads();
      var magnitudes = new double[HIDDEN];
      Arrays.fill(magnitudes, 1);
      var inputs = Int8Inputs.of(magnitudes, matrix);
      var product = new BlockProduct(matrix);
      try (var whole = new PartitionedMatrix(decoder, matrix, product, new float[0], threads);
          var screening = Screening.of(matrix, inputs, decoder, threads).orElseThrow()) {
        use.of(screening, whole, new Random(3), decoder);
      }
    }
  }

  private static void rows(Decoder decoder, float[] values, Consumer<StepMatrix.Input> use) {
    try (NDManager scope = decoder.manager().newSubManager()) {
      int rows = values.length / HIDDEN;
      var array = scope.create(values, new Shape(rows, HIDDEN));
      try (var argument = Argument.of(array)) {
        use.accept(new StepMatrix.Input(argument, decoder.numbers(array), rows));
      }
    }
  }

  private static float[] drawn(int rows, Random random) {
    var values = new float[rows * HIDDEN];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) random.nextGaussian();
    }
    return values;
  }

  private static PartProduct exact(StepMatrix matrix) {
    return matrix.product(1).orElseThrow();
  }

  @Test
  void it_pays_where_few_outputs_are_left() throws IOException {
    model(VOCABULARY);
    screening((screening, matrix, random, decoder) -> {
      for (int i = 0; i < 70; i++) {
        rows(
            decoder,
            drawn(32, random),
            input -> {
              var expected = matrix.next(decoder.manager(), input, false).likeliest();

              assertThat(screening.likeliest(input, exact(matrix))).contains(expected);
            });
      }
      assertThat(screening.pays()).isTrue();
    });
  }

  @Test
  void where_most_outputs_are_equal_it_leaves_them_to_all_logits_and_is_given_up()
      throws IOException {
    model(100);
    screening((screening, matrix, random, decoder) -> {
      boolean left = false;
      for (int i = 0; i < 70; i++) {
        float[] values = drawn(32, random);
        // along the shared embedding
        float[] shared = new float[HIDDEN];
        decoder.numbers(decoder.weights().getFirst()).read(0, shared, 0, HIDDEN);
        for (int j = 0; j < values.length; j++) {
          values[j] = values[j] * 0.01f + shared[j % HIDDEN];
        }
        var found = new boolean[1];
        rows(
            decoder,
            values,
            input -> found[0] = screening.likeliest(input, exact(matrix)).isPresent());
        left |= !found[0];
      }
      assertThat(left).isTrue();
      assertThat(screening.pays()).isFalse();
    });
  }

  @Test
  void rows_without_bounds_are_left_to_all_logits() throws IOException {
    model(VOCABULARY);
    screening((screening, matrix, random, decoder) -> {
      float[] values = drawn(3, random);
      values[2 * HIDDEN + 1] = Float.NaN;
      rows(
          decoder,
          values,
          input ->
              assertThat(screening.likeliest(input, exact(matrix))).isEqualTo(Optional.empty()));
    });
  }
}
