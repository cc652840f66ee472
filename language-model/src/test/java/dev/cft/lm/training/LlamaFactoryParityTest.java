package dev.cft.lm.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.cft.lm.TinyModels;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/// The losses of LLaMA-Factory's CLI for the same checkpoint, rows and keys, as
/// benchmarks/llama-factory/run.py wrote them.
class LlamaFactoryParityTest {
  private static final JsonMapper MAPPER = new JsonMapper();
  private static final Path FOLDER = TinyModels.folder("qwen2").resolve("../../llama-factory");

  @TempDir Path run;

  private static JsonNode runs() throws IOException {
    return MAPPER.readTree(Files.readString(FOLDER.resolve("curves.json"))).path("runs");
  }

  static Stream<String> names() throws IOException {
    return runs().propertyNames().stream();
  }

  private List<JsonNode> train(ObjectNode spec) throws IOException {
    Files.createDirectories(run.resolve("data"));
    Files.copy(FOLDER.resolve("rows.jsonl"), run.resolve("data/train.jsonl"));
    spec.put("model_name_or_path", TinyModels.folder("qwen2").toString());
    Files.writeString(run.resolve("spec.json"), spec.toString());
    TrainingRun.run(run.resolve("spec.json"), run, () -> false, _ -> {}, _ -> {});
    return Files.readAllLines(run.resolve("trainer_log.jsonl")).stream()
        .map(MAPPER::readTree)
        .toList();
  }

  @ParameterizedTest
  @MethodSource("names")
  void every_step_has_the_loss_and_the_rate_of_llama_factory(String name) throws IOException {
    var expected = runs().path(name);

    var log = train((ObjectNode) expected.path("spec").deepCopy());

    assertThat(log).hasSize(expected.path("losses").size());
    for (int i = 0; i < log.size(); i++) {
      assertThat(log.get(i).path("loss").doubleValue())
          .as("loss of step %d", i + 1)
          .isCloseTo(expected.path("losses").path(i).doubleValue(), within(1e-4));
      assertThat(log.get(i).path("lr").doubleValue())
          .as("rate of step %d", i + 1)
          .isCloseTo(expected.path("rates").path(i).doubleValue(), within(1e-12));
    }
  }
}
