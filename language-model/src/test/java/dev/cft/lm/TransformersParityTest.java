package dev.cft.lm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.types.Shape;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class TransformersParityTest {
  private static final GenerationListener NOBODY = new GenerationListener() {};

  static Stream<String> families() {
    return TinyModels.FAMILIES.stream();
  }

  @ParameterizedTest
  @MethodSource("families")
  void logits_equal_those_of_transformers(String family) {
    var golden = TinyModels.golden(family);
    int[] row = TinyModels.ints(golden.path("rows").path(1));

    float[] logits;
    try (var decoder = Decoder.load(TinyModels.folder(family));
        var scope = decoder.manager().newSubManager()) {
      var ids = scope.create(Arrays.stream(row).asLongStream().toArray(), new Shape(1, row.length));
      logits =
          decoder
              .infer(
                  scope,
                  "logits",
                  ids,
                  decoder.cos(row.length),
                  decoder.sin(row.length),
                  decoder.weights())
              .getFirst()
              .toFloatArray();
    }

    int vocabulary = golden.path("logits").path(0).size();
    for (int position = 0; position < 3; position++) {
      for (int token = 0; token < vocabulary; token++) {
        double expected = golden.path("logits").path(position).path(token).doubleValue();
        assertThat(logits[(row.length - 3 + position) * vocabulary + token])
            .as("%s position %d token %d", family, position, token)
            .isCloseTo((float) expected, within(1e-4f));
      }
    }
  }

  @ParameterizedTest
  @MethodSource("families")
  void two_hundred_greedy_tokens_equal_those_of_transformers_alone_and_in_a_batch(String family) {
    var golden = TinyModels.golden(family);
    var requests =
        Stream.of(0, 1, 2)
            .map(i -> GenerationRequest.greedy(TinyModels.ints(golden.path("rows").path(i)), 200))
            .toList();

    List<Generation> together;
    List<Generation> alone;
    try (var model = LanguageModel.load(TinyModels.folder(family))) {
      together = model.generate(requests, NOBODY);
      alone =
          requests.stream()
              .map(request -> model.generate(List.of(request), NOBODY).getFirst())
              .toList();
    }

    for (int i = 0; i < requests.size(); i++) {
      int[] expected = TinyModels.ints(golden.path("greedy").path(i));
      assertThat(alone.get(i).tokens()).as("%s row %d alone", family, i).isEqualTo(expected);
      assertThat(together.get(i).tokens())
          .as("%s row %d in a batch", family, i)
          .isEqualTo(expected);
      assertThat(alone.get(i).finishReason()).isEqualTo(FinishReason.LENGTH);
    }
  }
}
