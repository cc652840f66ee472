package dev.cft.eval.runs;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cft.eval.testing.Api;
import dev.cft.eval.testing.EvalServiceTest;
import dev.cft.eval.testing.World;
import dev.cft.store.jobs.JobId;
import dev.cft.store.jobs.JobKind;
import dev.cft.store.jobs.JobStatus;
import dev.cft.store.jobs.NewJob;
import dev.cft.store.specs.EvaluationSpec;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import tools.jackson.databind.JsonNode;

@EvalServiceTest
class RunsTest {
  @Autowired World world;
  Api api;

  @BeforeEach
  void connect() {
    api = world.api();
    world.model("tiny", 256);
  }

  private static String rows(int count) {
    return IntStream.range(0, count)
        .mapToObj(i ->
            "{\"question\": \"What is %d + %d?\", \"answer\": \"%d\", \"kind\": \"sum\"}\n"
                .formatted(i, i, 2 * i))
        .collect(Collectors.joining());
  }

  private String eval(int rows) {
    var created =
        api.post(
            "/v1/evals",
            "{\"name\": \"sums\", \"input\": \"%s\"}".formatted(world.file(rows(rows))));
    assertThat(created.status()).as(created.text()).isEqualTo(201);
    return created.json().path("id").asString();
  }

  private String run(String eval, String body) {
    var created = api.post("/v1/evals/%s/runs".formatted(eval), body);
    assertThat(created.status()).as(created.text()).isEqualTo(201);
    return created.json().path("id").asString();
  }

  @Test
  void an_eval_made_from_a_file_says_what_it_asks_and_how_it_judges() {
    var eval = api.get("/v1/evals/" + eval(3)).json();

    assertThat(eval.path("object").asString()).isEqualTo("eval");
    assertThat(eval.path("items").path("count").asInt()).isEqualTo(3);
    assertThat(eval.path("data_source_config").path("type").asString()).isEqualTo("custom");
    assertThat(eval.path("testing_criteria").get(0).toString())
        .isEqualTo(
            "{\"type\":\"math\",\"name\":\"answer\",\"grader\":\"numeric@1\",\"reference\":\"{{item.answer}}\"}");
    assertThat(eval.path("input_messages").path("template").get(0).path("content").asString())
        .isEqualTo("{{item.question}}");
  }

  @Test
  void a_run_answers_every_item_once_and_counts_how_they_ended() throws InterruptedException {
    var eval = eval(10);
    var run = run(eval, "{\"model\": \"tiny\", \"max_tokens\": 12}");

    var job = world.ended(run);

    assertThat(job.status()).as(job.state().toString()).isEqualTo(JobStatus.SUCCEEDED);
    var json = api.get("/v1/evals/%s/runs/%s".formatted(eval, run)).json();
    assertThat(json.path("status").asString()).isEqualTo("completed");
    var counts = json.path("result_counts");
    assertThat(counts.path("total").asInt()).isEqualTo(10);
    assertThat(counts.path("passed").asInt() + counts.path("failed").asInt()).isEqualTo(10);
    assertThat(counts.path("errored").asInt()).isZero();
    assertThat(counts.path("truncated").asInt()).isPositive();
    assertThat(json.path("accuracy").asDouble()).isBetween(0.0, 1.0);
    assertThat(json.path("ci_high").asDouble()).isGreaterThan(json.path("ci_low").asDouble());
    assertThat(json.path("per_model_usage").get(0).path("invocation_count").asInt()).isEqualTo(10);
    assertThat(json.path("per_testing_criteria_results").get(0).path("testing_criteria").asString())
        .isEqualTo("answer");
    assertThat(job.progress().done()).isEqualTo(10);
  }

  @Test
  void a_job_that_another_service_submits_becomes_a_run() throws InterruptedException {
    var eval = eval(4);
    var spec = new EvaluationSpec(eval, "a checkpoint", "tiny", 0, 4, 1, 3, List.of(), null);
    var id = new JobId("evalrun_other-" + System.nanoTime());
    world.submit(
        new NewJob(
            id, JobKind.EVALUATION, spec, 0, List.of(), Map.of("eval", eval), null, false, 1));

    var job = world.ended(id.value());

    assertThat(job.status()).as(job.state().toString()).isEqualTo(JobStatus.SUCCEEDED);
    assertThat(
            api.get("/v1/evals/%s/runs/%s".formatted(eval, id))
                .json()
                .path("result_counts")
                .path("total")
                .asInt())
        .isEqualTo(3);
  }

  @Test
  void output_items_are_paged_and_filtered() throws InterruptedException {
    var eval = eval(7);
    var run = run(eval, "{\"model\": \"tiny\", \"max_tokens\": 4}");
    world.ended(run);
    var path = "/v1/evals/%s/runs/%s/output_items".formatted(eval, run);

    var seen = new ArrayList<Integer>();
    var after = "";
    JsonNode page;
    do {
      page = api.get(path + "?limit=3" + after).json();
      page.path("data").forEach(item -> seen.add(item.path("datasource_item_id").asInt()));
      after = "&after=" + page.path("last_id").asString();
    } while (page.path("has_more").asBoolean());

    assertThat(seen).containsExactly(0, 1, 2, 3, 4, 5, 6);
    var item = api.get(path + "?limit=1").json().path("data").get(0);
    assertThat(item.path("datasource_item").path("question").asString())
        .isEqualTo("What is 0 + 0?");
    assertThat(item.path("sample").path("input").get(0).path("content").asString())
        .isEqualTo("What is 0 + 0?");
    assertThat(api.get(path + "/" + item.path("id").asString()).json()).isEqualTo(item);
    assertThat(api.get(path + "?status=error").json().path("data")).isEmpty();
    assertThat(api.get(path + "?status=great").error())
        .isEqualTo("invalid_status | status: 'great' is not known; allowed: pass, fail, error");
    assertThat(api.get(path + "/outputitem_x_1").status()).isEqualTo(404);
  }

  @Test
  void greedy_runs_repeat_and_answers_do_not_depend_on_the_batch() throws InterruptedException {
    var eval = eval(6);
    var whole =
        run(eval, "{\"model\": \"tiny\", \"max_tokens\": 8, \"temperature\": 1, \"seed\": 5}");
    var part =
        run(
            eval,
            "{\"model\": \"tiny\", \"max_tokens\": 8, \"temperature\": 1, \"seed\": 5, \"limit\": 2}");
    world.ended(whole);
    world.ended(part);

    assertThat(texts(eval, part)).hasSize(2).isEqualTo(texts(eval, whole).subList(0, 2));
    assertThat(new HashSet<>(texts(eval, whole))).hasSizeGreaterThan(1);
  }

  private List<String> texts(String eval, String run) {
    var texts = new ArrayList<String>();
    api.get("/v1/evals/%s/runs/%s/output_items".formatted(eval, run))
        .json()
        .path("data")
        .forEach(item ->
            texts.add(item.path("sample").path("output").get(0).path("content").asString()));
    return texts;
  }

  @Test
  void openais_shape_with_content_and_string_checks_works() throws InterruptedException {
    var eval =
        api.post(
                "/v1/evals",
                """
                {"name": "capitals", "data_source_config": {"type": "custom", "item_schema": {"type": "object"}, "include_sample_schema": true},
                 "testing_criteria": [{"type": "string_check", "name": "is not X", "operation": "ne",
                   "input": "{{ sample.output_text }}", "reference": "{{ item.capital }}"}], "metadata": {"team": "a"}}\
                """)
            .json()
            .path("id")
            .asString();
    var run =
        run(
            eval,
            """
            {"name": "first", "metadata": {"k": "v"}, "data_source": {"type": "completions", "model": "tiny",
              "input_messages": {"type": "template", "template": [
                {"role": "developer", "content": "Answer."},
                {"type": "message", "role": "user", "content": {"type": "input_text", "text": "Capital of {{item.country}}?"}}]},
              "sampling_params": {"max_completion_tokens": 5, "temperature": 0},
              "source": {"type": "file_content", "content": [
                {"item": {"country": "France", "capital": "Paris"}}, {"item": {"country": "Japan", "capital": "Tokyo"}}]}}}\
            """);

    world.ended(run);

    var json = api.get("/v1/evals/%s/runs/%s".formatted(eval, run)).json();
    assertThat(json.path("result_counts").path("passed").asInt()).isEqualTo(2);
    assertThat(json.path("metadata").toString()).isEqualTo("{\"k\":\"v\"}");
    assertThat(
            json.path("data_source").path("sampling_params").path("max_completion_tokens").asInt())
        .isEqualTo(5);
    var item =
        api.get("/v1/evals/%s/runs/%s/output_items".formatted(eval, run))
            .json()
            .path("data")
            .get(1);
    assertThat(item.path("sample").path("input").toString())
        .isEqualTo(
            "[{\"role\":\"system\",\"content\":\"Answer.\"},{\"role\":\"user\",\"content\":\"Capital of Japan?\"}]");
    assertThat(item.path("results").get(0).path("passed").asBoolean()).isTrue();
  }

  @Test
  void a_prompt_longer_than_the_model_takes_errors_its_item_only() throws InterruptedException {
    var rows =
        rows(2) + "{\"question\": \"%s\", \"answer\": \"1\"}\n".formatted("long ".repeat(100));
    var eval =
        api.post("/v1/evals", "{\"input\": \"%s\"}".formatted(world.file(rows)))
            .json()
            .path("id")
            .asString();
    var run = run(eval, "{\"model\": \"tiny\", \"max_tokens\": 4}");

    world.ended(run);

    var counts = api.get("/v1/evals/%s/runs/%s".formatted(eval, run)).json().path("result_counts");
    assertThat(counts.path("errored").asInt()).isEqualTo(1);
    assertThat(counts.path("passed").asInt() + counts.path("failed").asInt()).isEqualTo(2);
    var item =
        api.get("/v1/evals/%s/runs/%s/output_items?status=error".formatted(eval, run))
            .json()
            .path("data")
            .get(0);
    assertThat(item.path("sample").path("error").path("code").asString())
        .isEqualTo("context_length_exceeded");
    assertThat(item.path("sample").path("error").path("message").asString())
        .endsWith("the model takes at most 255");
  }

  @Test
  void texts_with_a_nul_are_kept_as_far_as_the_database_can() throws InterruptedException {
    var file = world.file("{\"question\": \"a\\u0000b?\", \"answer\": \"x\\u0000y\"}\n");
    var eval =
        api.post("/v1/evals", "{\"input\": \"%s\", \"grader\": \"exact\"}".formatted(file))
            .json()
            .path("id")
            .asString();
    var run = run(eval, "{\"model\": \"tiny\", \"max_tokens\": 200, \"temperature\": 2}");

    assertThat(world.ended(run).status()).isEqualTo(JobStatus.SUCCEEDED);

    var item =
        api.get("/v1/evals/%s/runs/%s/output_items".formatted(eval, run))
            .json()
            .path("data")
            .get(0);
    assertThat(item.path("datasource_item").path("question").asString()).isEqualTo("a\0b?");
    assertThat(item.path("results").get(0).path("reason").asString()).contains("x\uFFFDy");
    assertThat(
            api.get("/v1/evals/%s/runs/%s".formatted(eval, run))
                .json()
                .path("per_testing_criteria_results")
                .get(0)
                .path("failed")
                .asInt())
        .isEqualTo(1);
  }

  @Test
  void a_run_can_be_graded_again_without_generating() throws InterruptedException {
    var eval = eval(4);
    var run = run(eval, "{\"model\": \"tiny\", \"max_tokens\": 6}");
    world.ended(run);
    var path = "/v1/evals/%s/runs/%s/regrade".formatted(eval, run);

    var regraded = api.post(path, "{\"grader\": \"exact\"}");

    assertThat(regraded.status()).isEqualTo(200);
    assertThat(regraded.json().path("grader").asString()).isEqualTo("exact@1");
    assertThat(regraded.json().path("verdicts").path("incorrect").asInt()).isEqualTo(4);
    assertThat(api.post(path, "{\"grader\": \"sympy\"}").error())
        .startsWith(
            "invalid_regrade | grader: 'sympy' is not known; allowed: exact@1, numeric@1, robust@1,");
  }

  @Test
  void runs_are_listed_cancelled_and_deleted() throws InterruptedException {
    var eval = eval(3000);
    var run = run(eval, "{\"model\": \"tiny\", \"max_tokens\": 200}");
    var path = "/v1/evals/%s/runs".formatted(eval);
    world.await(run, job -> job.status() == JobStatus.RUNNING);
    assertThat(api.delete(path + "/" + run).error())
        .isEqualTo("illegal_state | Run '%s' is in_progress; cancel it first.".formatted(run));

    assertThat(api.post(path + "/" + run, "").json().path("status").asString())
        .isEqualTo("canceled");

    assertThat(api.get(path + "?status=canceled").json().path("data").get(0).path("id").asString())
        .isEqualTo(run);
    assertThat(api.get(path + "?status=completed").json().path("data")).isEmpty();
    assertThat(api.get(path + "?status=cancelled").error())
        .startsWith(
            "invalid_status | status: 'cancelled' is not known; allowed: queued, in_progress, completed, canceled, failed");
    assertThat(api.delete(path + "/" + run).json().toString())
        .isEqualTo(
            "{\"object\":\"eval.run.deleted\",\"deleted\":true,\"run_id\":\"%s\"}".formatted(run));
    assertThat(api.get(path + "/" + run).error())
        .isEqualTo("eval_run_not_found | There is no eval run with the id '%s'.".formatted(run));
    assertThat(api.delete("/v1/evals/" + eval).json().path("deleted").asBoolean()).isTrue();
    assertThat(api.get(path).status()).isEqualTo(404);
  }

  @Test
  void a_corrupt_checkpoint_fails_the_run_with_the_file_named() throws Exception {
    world.model("broken", 128);
    java.nio.file.Files.writeString(
        world.folder("broken").resolve("model.safetensors"), "nonsense");
    var eval = eval(2);

    var job = world.ended(run(eval, "{\"model\": \"broken\"}"));

    var json = api.get("/v1/evals/%s/runs/%s".formatted(eval, job.id())).json();
    assertThat(json.path("status").asString()).isEqualTo("failed");
    assertThat(json.path("error").path("code").asString()).isEqualTo("model_unreadable");
    assertThat(json.path("error").path("message").asString())
        .startsWith("model 'broken' cannot be loaded: model.safetensors");
  }
}
