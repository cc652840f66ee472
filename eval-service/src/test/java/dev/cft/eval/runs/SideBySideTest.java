package dev.cft.eval.runs;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cft.eval.testing.Api;
import dev.cft.eval.testing.EvalServiceTest;
import dev.cft.eval.testing.FakeEndpoint;
import dev.cft.eval.testing.FakeEndpoint.Said;
import dev.cft.eval.testing.World;
import dev.cft.store.jobs.JobStatus;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.test.context.DynamicPropertyRegistry;
import org.springframework.test.context.DynamicPropertySource;
import tools.jackson.databind.JsonNode;

/// Graders side by side, and samples that are looked for.
@EvalServiceTest
class SideBySideTest {
  private static final FakeEndpoint ENDPOINT = new FakeEndpoint();
  private static final String BENCHMARK =
      """
      {"name": "four", "sources": [{"input": "%s"}], "fields": {"question": "question", "answer": "answer"},
       "prompts": [{"name": "chat", "messages": [{"role": "user", "content": "{{item.question}}"}]}],
       "criteria": [{"type": "math", "grader": "robust", "beside": ["qwen-math", "cft-authors"], "reference": "{{item.answer}}"}],
       "metric": "accuracy.cft-authors"}
      """;
  private static final Map<String, String> ANSWERS =
      Map.of(
          "exact?", "It is \\boxed{\\frac{1}{2}}.",
          "rounded?", "So \\boxed{0.02}",
          "unmarked?", "first 3 and then 7",
          "wrong?", "\\boxed{12}");

  @Autowired World world;
  Api api;
  String path = "";

  @DynamicPropertySource
  static void endpoint(DynamicPropertyRegistry properties) {
    properties.add("cft.endpoints.fake.base-url", ENDPOINT::address);
    properties.add("cft.endpoints.fake.model", () -> "stranger");
  }

  @BeforeEach
  void run() throws InterruptedException {
    api = world.api();
    ENDPOINT.says(body -> {
      var question = body.path("messages").get(0).path("content").asString();
      return Said.text(Objects.requireNonNull(ANSWERS.get(question)));
    });
    var rows =
        """
        {"question": "exact?", "answer": "0.5"}
        {"question": "rounded?", "answer": "0.04"}
        {"question": "unmarked?", "answer": "7"}
        {"question": "wrong?", "answer": "\\"Ünlikely\\" 13"}
        """;
    assertThat(api.post("/v1/benchmarks", BENCHMARK.formatted(world.file(rows))).status())
        .isEqualTo(201);
    var run = api.post("/v1/evals/four/runs", "{\"model\": \"endpoint:fake\"}").json();
    path = "/v1/evals/four/runs/" + run.path("id").asString();
    assertThat(world.ended(run.path("id").asString()).status()).isEqualTo(JobStatus.SUCCEEDED);
  }

  @Test
  void each_graders_accuracy_and_the_disputed_items_are_told() {
    var run = api.get(path).json();

    assertThat(value(run, "accuracy")).isEqualTo(0.5);
    assertThat(value(run, "accuracy.qwen-math@1")).isEqualTo(0.5);
    assertThat(value(run, "accuracy.cft-authors@1")).isEqualTo(0.75);
    assertThat(value(run, "accuracy.strict")).isEqualTo(0.25);
    assertThat(run.path("result_counts").path("disputed").asInt()).isEqualTo(1);
    assertThat(run.path("disputed_items")).hasSize(1);
    var disputed = api.get(path + "/output_items?outcome=disputed").json().path("data");
    assertThat(disputed).hasSize(1);
    var item = disputed.get(0);
    assertThat(item.path("id").asString()).isEqualTo(run.path("disputed_items").get(0).asString());
    assertThat(item.path("datasource_item").path("question").asString()).isEqualTo("rounded?");
    var result = item.path("results").get(0);
    assertThat(result.path("grader").asString()).startsWith("robust@");
    assertThat(result.path("verdict").asString()).isEqualTo("incorrect");
    var beside = result.path("detail").path("beside");
    assertThat(beside.path("cft-authors@1").path("verdict").asString()).isEqualTo("correct");
    assertThat(beside.path("qwen-math@1").path("verdict").asString()).isEqualTo("incorrect");
  }

  private static double value(JsonNode run, String metric) {
    return run.path("metrics").path(metric).path("value").asDouble(Double.NaN);
  }

  @Test
  void samples_are_found_by_what_prompt_answer_or_item_contain() {
    assertThat(found("THEN 7")).isEqualTo(1);
    assertThat(found("\\boxed{\\frac")).isEqualTo(1);
    assertThat(found("\"Ünlikely\"")).isEqualTo(1);
    assertThat(found("rounded?")).isEqualTo(1);
    assertThat(found("nowhere")).isZero();
    assertThat(api.get(path + "/output_items?contains=boxed&status=pass").json().path("data"))
        .hasSize(1);
  }

  private int found(String text) {
    var query = URLEncoder.encode(text, StandardCharsets.UTF_8);
    return api.get(path + "/output_items?contains=" + query).json().path("data").size();
  }

  @Test
  void the_definition_says_which_figure_is_the_headline() throws InterruptedException {
    var suite =
        api.post("/v1/evals/suites", "{\"evals\": [\"four\"], \"models\": [\"endpoint:fake\"]}")
            .json();
    var cell = suite.path("rows").get(0).path("cells").path("four");
    world.ended(cell.path("run").asString());

    var done =
        api.get("/v1/evals/suites/" + suite.path("id").asString())
            .json()
            .path("rows")
            .get(0)
            .path("cells")
            .path("four");

    assertThat(done.path("metric").asString()).isEqualTo("accuracy.cft-authors@1");
    assertThat(done.path("value").asDouble()).isEqualTo(75.0);
  }

  @Test
  void a_faulty_criterion_or_headline_is_told() {
    var answer =
        api.post(
            "/v1/benchmarks",
            BENCHMARK
                .formatted("file-x")
                .replace("[\"qwen-math\", \"cft-authors\"]", "[\"robust\", \"sympy\"]")
                .replace("accuracy.cft-authors", "precision"));

    assertThat(answer.status()).isEqualTo(400);
    assertThat(answer.error())
        .contains(
            "beside: 'robust' stands there twice",
            "unknown grader 'sympy'; known: ",
            "metric: 'precision' is not known; allowed: accuracy, accuracy.GRADER");
  }
}
