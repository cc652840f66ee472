package dev.cft.eval.suites;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import dev.cft.eval.testing.Api;
import dev.cft.eval.testing.EvalServiceTest;
import dev.cft.eval.testing.FakeEndpoint;
import dev.cft.eval.testing.FakeEndpoint.Said;
import dev.cft.eval.testing.World;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.test.context.DynamicPropertyRegistry;
import org.springframework.test.context.DynamicPropertySource;
import tools.jackson.databind.JsonNode;

/// The paper's tables, a few items of each benchmark.
@EvalServiceTest
class SuitesTest {
  private static final Path DATA =
      Path.of("../../shared/data/benchmarks").toAbsolutePath().normalize();
  private static final FakeEndpoint ENDPOINT = new FakeEndpoint();

  @Autowired World world;
  Api api;

  @DynamicPropertySource
  static void places(DynamicPropertyRegistry properties) {
    properties.add("cft.eval.benchmarks.data-dir", () -> DATA);
    properties.add("cft.eval.benchmarks.fetch", () -> false);
    properties.add("cft.endpoints.model.base-url", ENDPOINT::address);
    properties.add("cft.endpoints.model.model", () -> "stranger");
  }

  @BeforeEach
  void connect() {
    api = world.api();
    ENDPOINT.says(body -> {
      var text = body.path("messages").get(0).path("content").asString();
      return Said.text(
          text.startsWith("Please critique")
              ? "Conclusion: right"
              : body.toString().contains("impartial judge")
                  ? "fair enough: [[6]]"
                  : "so \\boxed{18}");
    });
  }

  private void assumeData() {
    assumeThat(Files.isDirectory(DATA)).as("the benchmarks' files lie beside the project").isTrue();
  }

  /// The suite once its runs have ended.
  private JsonNode ended(String body) throws InterruptedException {
    var created = api.post("/v1/evals/suites", body);
    assertThat(created.status()).as(created.text()).isEqualTo(201);
    for (JsonNode row : created.json().path("rows")) {
      for (JsonNode cell : row.path("cells")) {
        world.ended(cell.path("run").asString());
      }
    }
    return api.get("/v1/evals/suites/" + created.json().path("id").asString()).json();
  }

  @Test
  void table_2_has_six_columns_an_average_and_the_papers_rows() throws Exception {
    assumeData();

    var suite =
        ended(
            "{\"recipe\": \"table-2\", \"models\": [{\"name\": \"ours\", \"model\": \"endpoint:model\"}], \"limit\": 2}");

    assertThat(suite.path("evals").toString())
        .isEqualTo(
            "[\"math-500\",\"minerva-math\",\"gsm8k\",\"olympiadbench\",\"aime24\",\"amc23\"]");
    var row = suite.path("rows").get(0);
    assertThat(row.path("model").asString()).isEqualTo("ours");
    assertThat(row.path("cells").path("gsm8k").path("value").asDouble()).isEqualTo(50.0);
    assertThat(row.path("average").isNumber()).isTrue();
    assertThat(suite.path("paper")).hasSize(15);
    var path = "/v1/evals/suites/" + suite.path("id").asString();
    var cell =
        api.get(path + "?metric=accuracy.cft-authors")
            .json()
            .path("rows")
            .get(0)
            .path("cells")
            .path("minerva-math");
    assertThat(cell.path("metric").asString()).isEqualTo("accuracy.cft-authors-minerva@1");
    assertThat(cell.path("value").isNumber()).isTrue();
    assertThat(api.get(path + "?format=text").text())
        .contains("6 of 6 runs done", "| paper: Qwen2.5-Math-7B CFT ", "| 57.1 ");
  }

  @Test
  void table_8_has_two_figures_of_ifeval_and_the_judges_score() throws Exception {
    assumeData();

    var suite =
        ended(
            "{\"recipe\": \"table-8\", \"models\": [\"endpoint:model\"], \"judge\": \"endpoint:model\", \"limit\": 3}");

    assertThat(suite.path("evals").toString())
        .isEqualTo("[\"ifeval-strict\",\"ifeval-loose\",\"mt-bench\"]");
    var cells = suite.path("rows").get(0).path("cells");
    assertThat(cells.path("mt-bench").path("value").asDouble()).isEqualTo(6.0);
    assertThat(cells.path("ifeval-loose").path("metric").asString())
        .isEqualTo("loose.instructions");
    assertThat(cells.path("ifeval-loose").path("value").isNumber()).isTrue();
    assertThat(suite.path("rows").get(0).path("average").isNull()).isTrue();
    assertThat(
            api.get("/v1/evals/suites/%s?format=text".formatted(suite.path("id").asString()))
                .text())
        .contains("| 6.00 ", "| 6.49 ");
  }

  @Test
  void table_11_sweeps_temperatures_and_modes() throws Exception {
    assumeData();

    var suite = ended("{\"recipe\": \"table-11\", \"models\": [\"endpoint:model\"], \"limit\": 1}");

    assertThat(suite.path("total").asInt()).isEqualTo(24);
    assertThat(suite.path("done").asInt()).isEqualTo(24);
    assertThat(suite.path("rows")).hasSize(12);
    assertThat(suite.path("paper")).hasSize(10);
  }

  @Test
  void a_suite_that_cannot_be_run_whole_is_refused_whole() {
    assumeData();

    assertThat(
            api.post(
                    "/v1/evals/suites",
                    "{\"recipe\": \"table-3\", \"models\": [\"endpoint:model\"], \"limit\": 1}")
                .error())
        .startsWith("benchmark_data_missing | the data of benchmark 'gpqa-diamond' is not here");
    assertThat(
            api.post(
                    "/v1/evals/suites",
                    "{\"recipe\": \"table-8\", \"models\": [\"endpoint:model\"]}")
                .error())
        .contains("judge: is missing");
    assertThat(api.post("/v1/evals/suites", "{\"recipe\": \"table-1\", \"models\": []}").error())
        .contains(
            "recipe: 'table-1' is not known; allowed: table-10, table-11, table-2, table-3, table-4,",
            "models: must be an array of at least one model");
  }
}
