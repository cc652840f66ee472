package dev.cft.eval.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.assertj.core.api.Assumptions.assumeThat;

import dev.cft.eval.testing.Api;
import dev.cft.eval.testing.EvalServiceTest;
import dev.cft.eval.testing.FakeEndpoint;
import dev.cft.eval.testing.FakeEndpoint.Said;
import dev.cft.eval.testing.World;
import dev.cft.store.StoreJson;
import dev.cft.store.jobs.JobStatus;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.test.context.DynamicPropertyRegistry;
import org.springframework.test.context.DynamicPropertySource;
import tools.jackson.databind.JsonNode;

/// Published answers and judgments, told again by endpoints: the published figures come out.
@EvalServiceTest
class PublishedAnswersTest {
  private static final Path DATA =
      Path.of("../../shared/data/benchmarks").toAbsolutePath().normalize();
  private static final FakeEndpoint MODEL = new FakeEndpoint();
  private static final FakeEndpoint JUDGE = new FakeEndpoint();

  @Autowired World world;
  Api api;

  @DynamicPropertySource
  static void places(DynamicPropertyRegistry properties) {
    properties.add("cft.eval.benchmarks.data-dir", () -> DATA);
    properties.add("cft.eval.benchmarks.fetch", () -> false);
    properties.add("cft.endpoints.model.base-url", MODEL::address);
    properties.add("cft.endpoints.model.model", () -> "published");
    properties.add("cft.endpoints.judge.base-url", JUDGE::address);
    properties.add("cft.endpoints.judge.model", () -> "gpt-4");
    properties.add("cft.endpoints.judge.max-attempts", () -> "1");
  }

  @BeforeEach
  void connect() {
    assumeThat(Files.isDirectory(DATA)).as("the benchmarks' files lie beside the project").isTrue();
    api = world.api();
  }

  private static List<JsonNode> rows(String file) throws IOException {
    return Files.readAllLines(DATA.resolve(file)).stream()
        .filter(line -> !line.isBlank())
        .map(line -> StoreJson.mapper().readTree(line))
        .toList();
  }

  private JsonNode ended(String benchmark, String body) throws InterruptedException {
    var run = api.post("/v1/evals/%s/runs".formatted(benchmark), body);
    assertThat(run.status()).as(run.text()).isEqualTo(201);
    var job = world.ended(run.json().path("id").asString());
    assertThat(job.status()).as(job.state().toString()).isEqualTo(JobStatus.SUCCEEDED);
    return api.get("/v1/evals/%s/runs/%s".formatted(benchmark, job.id().value())).json();
  }

  private static double metric(JsonNode run, String name) {
    return run.path("metrics").path(name).path("value").asDouble(Double.NaN);
  }

  /// Google's figures for GPT-4 are 416 and 431 of 541 prompts, 697 and 714 of 834 instructions;
  /// one of its verdicts counts a random letter, one detects German in a list of names.
  @Test
  void ifeval_gives_the_published_figures_of_gpt_4() throws Exception {
    var responses = new HashMap<String, String>();
    for (var row : rows("ifeval/gpt4/input_response_data_gpt4_20231107_145030.jsonl")) {
      responses.put(row.path("prompt").asString(), row.path("response").asString());
    }
    MODEL.says(body -> {
      var prompt = body.path("messages").get(0).path("content").asString();
      return Said.text(Objects.requireNonNull(responses.get(prompt), prompt));
    });

    var run = ended("ifeval", "{\"model\": \"endpoint:model\"}");

    assertThat(run.path("result_counts").path("errored").asInt()).isZero();
    assertThat(metric(run, "strict")).isCloseTo(416 / 541.0, within(2.1 / 541));
    assertThat(metric(run, "accuracy")).isEqualTo(metric(run, "strict"));
    assertThat(metric(run, "strict.instructions")).isCloseTo(697 / 834.0, within(2.1 / 834));
    assertThat(metric(run, "loose")).isCloseTo(431 / 541.0, within(2.1 / 541));
    assertThat(metric(run, "loose.instructions")).isCloseTo(714 / 834.0, within(2.1 / 834));
    assertThat(run.path("metrics").path("loose.instructions").path("n").asInt()).isEqualTo(834);
    var item =
        api.get("/v1/evals/ifeval/runs/%s/output_items?status=fail&limit=1".formatted(id(run)))
            .json()
            .path("data")
            .get(0);
    assertThat(item.path("results").get(0).path("reason").asString()).startsWith("not followed: ");
  }

  private static String id(JsonNode run) {
    return run.path("id").asString();
  }

  @ParameterizedTest
  @CsvSource({
    "claude-3-5-sonnet-20240620, 9.20625",
    "claude-3-opus-20240229, 8.675",
  })
  void mt_bench_asks_the_published_prompts_and_gives_the_published_scores(
      String model, double score) throws Exception {
    answersOf(model);
    var judgments = judgments(model);
    JUDGE.says(body -> judgment(judgments, body));

    var body =
        "{\"model\": \"endpoint:model\", \"judge\": \"endpoint:judge\"%s}".formatted(own(model));
    var run = ended("mt-bench", body);

    assertThat(run.path("result_counts").path("errored").asInt()).isZero();
    assertThat(metric(run, "score")).isCloseTo(score, within(1e-9));
    assertThat((metric(run, "score.turn1") + metric(run, "score.turn2")) / 2)
        .isCloseTo(score, within(1e-9));
    assertThat(run.path("metrics").path("score.math").path("n").asInt()).isEqualTo(20);
    assertThat(JUDGE.asked()).hasSize(160);
    assertThat(JUDGE.asked().getFirst().path("messages")).hasSize(2);
    assertThat(JUDGE.asked().getFirst().path("max_tokens").asInt()).isEqualTo(2048);

    JUDGE.says(_ -> Said.error(400, "asked_twice"));
    var again = ended("mt-bench", body);
    assertThat(JUDGE.asked()).as("judgments are kept").isEmpty();
    assertThat(metric(again, "score")).isCloseTo(score, within(1e-9));
  }

  /// The two models stand behind one endpoint here, whose answers would be reused.
  private static String own(String model) {
    return model.contains("opus") ? ", \"seed\": 1, \"temperature\": 0.1" : "";
  }

  private static Said judgment(Map<String, String> judgments, JsonNode body) {
    var said = judgments.get(body.path("messages").get(1).path("content").asString());
    return said == null ? Said.error(400, "unknown_prompt") : Said.text(said);
  }

  private static Map<String, String> judgments(String model) throws IOException {
    var judgments = new HashMap<String, String>();
    for (var row : rows("mt-bench/claude-run/model_judgment/gpt-4_single.jsonl")) {
      if (row.path("model").asString().equals(model)) {
        judgments.put(row.path("user_prompt").asString(), row.path("judgment").asString());
      }
    }
    assertThat(judgments).hasSize(160);
    return judgments;
  }

  private static void answersOf(String model) throws IOException {
    var turns = new HashMap<String, JsonNode>();
    for (var row : rows("mt-bench/claude-run/model_answer/%s.jsonl".formatted(model))) {
      turns.put(row.path("question_id").asString(), row.path("choices").get(0).path("turns"));
    }
    var ids = new HashMap<String, String>();
    for (var row : rows("mt-bench/question.jsonl")) {
      ids.put(row.path("turns").get(0).asString(), row.path("question_id").asString());
    }
    MODEL.says(body -> {
      var messages = body.path("messages");
      var answers =
          Objects.requireNonNull(turns.get(ids.get(messages.get(0).path("content").asString())));
      if (messages.size() == 1) {
        return Said.text(answers.get(0).asString());
      }
      assertThat(messages.get(1).path("content").asString())
          .as("the second turn sees the first answer")
          .isEqualTo(answers.get(0).asString());
      return Said.text(answers.get(1).asString());
    });
  }

  @Test
  void a_judge_that_says_nothing_useful_errors_its_own_items_only() throws Exception {
    MODEL.says(body -> Said.text("turn " + body.path("messages").size()));
    JUDGE.says(body -> {
      var prompt = body.path("messages").get(1).path("content").asString();
      if (prompt.contains("Hawaii")) {
        return Said.text("I like it.");
      }
      return prompt.contains("supervisor") ? Said.error(400, "too_rude") : Said.text("[[4]]");
    });

    var run =
        ended(
            "mt-bench",
            "{\"model\": \"endpoint:model\", \"judge\": \"endpoint:judge\", \"limit\": 4, \"max_tokens\": 7}");

    var counts = run.path("result_counts");
    assertThat(counts.path("errored").asInt()).isEqualTo(2);
    assertThat(counts.path("failed").asInt()).isEqualTo(2);
    assertThat(metric(run, "score")).isEqualTo(4.0);
    var items =
        api.get("/v1/evals/mt-bench/runs/%s/output_items".formatted(id(run))).json().path("data");
    assertThat(items.get(0).path("sample").path("error").path("code").asString())
        .isEqualTo("judge_without_score");
    assertThat(items.get(1).path("sample").path("error").path("code").asString())
        .isEqualTo("judge_failed");
    assertThat(items.get(0).path("sample").path("output")).hasSize(3);
  }

  @Test
  void a_judge_is_named_where_one_is_needed_and_nowhere_else() {
    assertThat(api.post("/v1/evals/mt-bench/runs", "{\"model\": \"endpoint:model\"}").error())
        .isEqualTo(
            "invalid_run | judge: is missing: this eval's answers are rated by a model; name one of the endpoints [endpoint:judge, endpoint:model]");
    assertThat(
            api.post(
                    "/v1/evals/mt-bench/runs",
                    "{\"model\": \"endpoint:model\", \"judge\": \"endpoint:claude\"}")
                .error())
        .contains("judge: there is no endpoint 'endpoint:claude'; configured: [judge, model]");
    assertThat(
            api.post(
                    "/v1/evals/aime24/runs",
                    "{\"model\": \"endpoint:model\", \"judge\": \"endpoint:judge\"}")
                .error())
        .contains("judge: goes with criteria of type mt_bench only");
  }
}
