package dev.cft.eval.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import dev.cft.eval.testing.Api;
import dev.cft.eval.testing.EvalServiceTest;
import dev.cft.eval.testing.World;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.test.context.DynamicPropertyRegistry;
import org.springframework.test.context.DynamicPropertySource;

/// The built-in definitions on the published files, where they lie beside the project.
@EvalServiceTest
class RealBenchmarksTest {
  private static final Path DATA =
      Path.of("../../shared/data/benchmarks").toAbsolutePath().normalize();

  @Autowired World world;
  Api api;

  @DynamicPropertySource
  static void data(DynamicPropertyRegistry properties) {
    properties.add("cft.eval.benchmarks.data-dir", () -> DATA);
    properties.add("cft.eval.benchmarks.fetch", () -> false);
  }

  @BeforeEach
  void connect() {
    assumeThat(Files.isDirectory(DATA)).as("the benchmarks' files lie beside the project").isTrue();
    api = world.api();
  }

  @ParameterizedTest
  @CsvSource({
    "gsm8k, 1319, 18, 0",
    "math-500, 500, '\\left( 3, \\frac{\\pi}{2} \\right)', 0",
    "minerva-math, 272, 1.6, 3",
    "olympiadbench, 675, 2, 1",
    "aime24, 30, 204, 0",
    "amc23, 40, 27, 0",
    "theoremqa, 800, 11760, 0",
    "ifeval, 541, '', 0",
    "mt-bench, 80, '', 0",
  })
  void every_row_becomes_an_item(String name, int rows, String firstAnswer, int unreadable) {
    var eval = api.post("/v1/evals", "{\"benchmark\": \"%s\"}".formatted(name));

    assertThat(eval.status()).as(eval.text()).isEqualTo(201);
    assertThat(eval.json().path("items").path("count").asInt()).isEqualTo(rows);
    assertThat(eval.json().path("bad_golds"))
        .as("gold answers that the grader cannot read")
        .hasSizeLessThanOrEqualTo(unreadable);
    var benchmark = api.get("/v1/benchmarks/" + name).json();
    assertThat(benchmark.path("data").asString()).isEqualTo("local");
    assertThat(first(name)).isEqualTo(firstAnswer);
  }

  private String first(String name) {
    return world
        .item(api.get("/v1/evals/" + name).json().path("items").path("hash").asString(), 0)
        .path("answer")
        .asString("");
  }
}
