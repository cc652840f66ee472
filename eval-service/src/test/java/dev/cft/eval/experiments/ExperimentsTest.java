package dev.cft.eval.experiments;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cft.eval.testing.Api;
import dev.cft.eval.testing.EvalServiceTest;
import dev.cft.eval.testing.OtherServices;
import dev.cft.eval.testing.World;
import dev.cft.store.jobs.JobState;
import dev.cft.store.jobs.JobStatus;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.context.annotation.Import;
import tools.jackson.databind.JsonNode;

/// Whole experiments over the real store and a real model; what other services do is stood in for.
@EvalServiceTest
@Import(OtherServices.class)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ExperimentsTest {
  private static final String ROWS =
      """
      {"question": "1+1?", "answer": "2"}
      {"question": "1+2?", "answer": "3"}
      {"question": "2+2?", "answer": "4"}
      """;

  @Autowired World world;
  Api api;
  @Nullable String finished;

  @BeforeEach
  void connect() {
    api = world.api();
    world.model("tiny", 256);
  }

  private String eval() {
    var created =
        api.post(
            "/v1/evals", "{\"name\": \"sums\", \"input\": \"%s\"}".formatted(world.file(ROWS)));
    return created.json().path("id").asString();
  }

  private String body(String arms, String seeds) {
    return """
    {"name": "small", "input": "%s", "base_model": "tiny",
     "responses": {"n": 1, "temperature": 1, "max_tokens": 8, "limit": 40},
     "critiques": {"teacher": "arithmetic"},
     "arms": [{"name": "base"}%s], "evals": ["%s"], "seeds": [%s],
     "evaluation": {"max_tokens": 6}, "metadata": {"team": "a"}}
    """
        .formatted(world.file(ROWS), arms, eval(), seeds);
  }

  private static final String ARMS =
      """
      , {"name": "noisy", "method": {"type": "supervised", "max_rows": 20, "hyperparameters": {"n_epochs": 2, "batch_size": "auto"}}},
      {"name": "verified", "method": {"type": "supervised", "rows": "verified"}},
      {"name": "cft", "method": {"type": "critique"}}\
      """;

  private JsonNode created(String body) {
    var answer = api.post("/v1/experiments", body);
    assertThat(answer.status()).as(answer.text()).isEqualTo(201);
    return answer.json();
  }

  /// One finished experiment that several tests read.
  private synchronized String finished() throws InterruptedException {
    if (finished == null) {
      finished = created(body(ARMS, "1, 2")).path("id").asString();
      world.ended(finished);
    }
    return finished;
  }

  @Test
  void an_experiment_runs_to_a_report() throws InterruptedException {
    var id = finished();

    var job = world.ended(id);

    assertThat(job.status()).as(job.state().toString()).isEqualTo(JobStatus.SUCCEEDED);
    var experiment = api.get("/v1/experiments/" + id).json();
    assertThat(experiment.path("status").asString()).isEqualTo("succeeded");
    assertThat(experiment.path("progress").toString())
        .isEqualTo("{\"done\":17,\"total\":17,\"unit\":\"jobs\",\"percent\":100.0}");
    assertThat(experiment.path("metadata").toString()).isEqualTo("{\"team\":\"a\"}");
    var report = api.get("/v1/experiments/%s/report".formatted(id)).json();
    assertThat(report.path("partial").asBoolean()).isFalse();
    assertThat(report.path("arms")).hasSize(4);
    var cft = report.path("arms").get(3);
    assertThat(cft.path("training").get(0).path("trained_tokens").asLong()).isEqualTo(131_000);
    assertThat(cft.path("results").get(0).path("scores")).hasSize(2);
    // The stand-in trains nothing, so every arm is the base: the differences are exactly none.
    assertThat(cft.path("results").get(0).path("differences").get(0).path("difference").asDouble())
        .isZero();
    assertThat(report.path("data").get(1).path("responses").path("right_share").asDouble())
        .isEqualTo(0.45);
    assertThat(report.path("data").get(1).path("critiques").path("wrong").asInt()).isEqualTo(22);
    assertThat(report.path("footnotes").toString()).contains("2 seeds: ± is the standard error");
    var own = ((JobState.Succeeded) job.state()).result();
    assertThat(own.path("status").asString()).isEqualTo("succeeded");
    assertThat(own.path("arms")).isEqualTo(report.path("arms"));
  }

  @Test
  void the_report_comes_as_a_table_and_as_markdown() throws InterruptedException {
    var id = finished();
    var path = "/v1/experiments/%s/report".formatted(id);

    var text = api.send("GET", path + "?against=verified", null, "Accept", "text/plain");
    var markdown = api.get(path + "?format=markdown");

    assertThat(text.response().headers().firstValue("content-type"))
        .contains("text/plain;charset=UTF-8");
    assertThat(text.text())
        .contains("small (%s): succeeded".formatted(id))
        .containsPattern(
            "arm +trained on +rows +tokens +accuracy % +95 % interval +by seed +vs base +vs verified")
        .containsPattern("cft +critiques +40 +131k ")
        .containsPattern("verified +verified responses")
        .containsPattern("1 +40 +45.0 +17 +22 +1 +1 +97.5 +0.0000")
        .containsPattern("fine_tuning +6 of 6");
    assertThat(markdown.response().headers().firstValue("content-type"))
        .contains("text/markdown;charset=UTF-8");
    assertThat(markdown.text())
        .startsWith("# small")
        .contains("| arm | trained on |")
        .contains("| base | untrained | - | - |");
    assertThat(api.get(path + "?against=x").error())
        .isEqualTo(
            "invalid_against | against: there is no arm 'x'; the arms are base, noisy, verified, cft");
    assertThat(api.get(path + "?format=pdf").error())
        .isEqualTo("invalid_format | format: 'pdf' is not known; allowed: json, markdown, text");
  }

  @Test
  void the_plan_is_one_replicate_for_each_seed_and_the_base_once() throws InterruptedException {
    var id = finished();

    var jobs = api.get("/v1/experiments/" + id).json().path("jobs");

    assertThat(kinds(jobs, null))
        .containsExactlyInAnyOrder(
            "evaluation",
            "responses",
            "responses",
            "critiques",
            "critiques",
            "fine_tuning",
            "fine_tuning",
            "fine_tuning",
            "fine_tuning",
            "fine_tuning",
            "fine_tuning",
            "evaluation",
            "evaluation",
            "evaluation",
            "evaluation",
            "evaluation",
            "evaluation");
    assertThat(kinds(jobs, "base")).containsExactly("evaluation");
    var responses = one(jobs, "responses", null, 2);
    var critiques = one(jobs, "critiques", null, 2);
    assertThat(needs(critiques)).containsExactly(responses.path("id").asString());
    assertThat(needs(one(jobs, "fine_tuning", "noisy", 2)))
        .containsExactly(responses.path("id").asString());
    assertThat(needs(one(jobs, "fine_tuning", "verified", 2)))
        .containsExactly(critiques.path("id").asString());
    var training = one(jobs, "fine_tuning", "cft", 2);
    assertThat(needs(training)).containsExactly(critiques.path("id").asString());
    var evaluation = one(jobs, "evaluation", "cft", 2);
    assertThat(needs(evaluation)).containsExactly(training.path("id").asString());
    var spec = world.ended(training.path("id").asString()).spec();
    assertThat(spec.path("training_file").asString()).isEqualTo(critiques.path("id").asString());
    assertThat(spec.path("method").toString()).isEqualTo("{\"type\":\"critique\"}");
    assertThat(spec.path("seed").asInt()).isEqualTo(2);
    assertThat(spec.path("suffix").asString()).isEqualTo("cft-s2");
    assertThat(world.ended(evaluation.path("id").asString()).spec().path("model").asString())
        .isEqualTo(training.path("id").asString());
    assertThat(world.ended(id).needs()).hasSize(7);
    assertThat(world.ended(responses.path("id").asString()).metadata())
        .containsEntry("experiment", id)
        .containsEntry("seed", "2");
  }

  private static List<String> kinds(JsonNode jobs, @Nullable String arm) {
    var kinds = new ArrayList<String>();
    jobs.forEach(job -> {
      if (arm == null || job.path("arm").asString("").equals(arm)) {
        kinds.add(job.path("kind").asString());
      }
    });
    return kinds;
  }

  private static JsonNode one(JsonNode jobs, String kind, @Nullable String arm, int seed) {
    return jobs.valueStream()
        .filter(job ->
            job.path("kind").asString().equals(kind)
                && job.path("seed").asInt(-1) == seed
                && (arm == null || job.path("arm").asString("").equals(arm)))
        .findFirst()
        .orElseThrow();
  }

  private static List<String> needs(JsonNode job) {
    return job.path("needs").valueStream().map(JsonNode::asString).toList();
  }

  @Test
  void a_failed_part_fails_the_experiment_naming_it_and_the_other_arms_go_on()
      throws InterruptedException {
    var arms =
        ", {\"name\": \"doomed\", \"method\": {\"type\": \"critique\"}}, {\"name\": \"noisy\", \"method\": {\"type\": \"supervised\"}}";
    var id = created(body(arms, "1")).path("id").asString();
    var job = world.ended(id);
    var jobs = api.get("/v1/experiments/" + id).json().path("jobs");
    world.ended(one(jobs, "evaluation", "noisy", 1).path("id").asString());

    var doomed = one(jobs, "fine_tuning", "doomed", 1).path("id").asString();
    var experiment = api.get("/v1/experiments/" + id).json();
    var report = api.get("/v1/experiments/%s/report".formatted(id)).json();

    assertThat(job.status()).isEqualTo(JobStatus.FAILED);
    assertThat(experiment.path("error").path("message").asString())
        .contains(doomed)
        .contains("row 3 is too long");
    assertThat(report.path("failures").get(0).path("message").asString())
        .isEqualTo("row 3 is too long");
    assertThat(report.path("failures").get(0).path("arm").asString()).isEqualTo("doomed");
    assertThat(report.path("arms").get(1).path("results").get(0).path("mean").isNull()).isTrue();
    assertThat(report.path("arms").get(2).path("results").get(0).path("mean").isNumber()).isTrue();
    assertThat(api.get("/v1/experiments/%s/report?format=text".formatted(id)).text())
        .contains("bad_rows: row 3 is too long");
  }

  @Test
  void cancelling_cancels_every_unfinished_part() throws InterruptedException {
    var slow = body(ARMS, "1, 2, 3").replace("\"max_tokens\": 6", "\"max_tokens\": 200");
    var id = created(slow).path("id").asString();

    var cancelled = api.post("/v1/experiments/%s/cancel".formatted(id), "").json();

    assertThat(cancelled.path("status").asString()).isEqualTo("cancelled");
    cancelled
        .path("jobs")
        .forEach(job -> assertThat(job.path("status").asString()).isIn("cancelled", "succeeded"));
    assertThat(api.post("/v1/experiments/%s/cancel".formatted(id), "").status()).isEqualTo(200);
    assertThat(api.get("/v1/experiments?limit=1").json().path("data").get(0).path("id").asString())
        .isEqualTo(id);
    assertThat(api.post("/v1/experiments/exp-none/cancel", "").error())
        .isEqualTo("experiment_not_found | There is no experiment with the id 'exp-none'.");
  }

  @Test
  void all_faults_of_a_request_are_told_at_once_and_nothing_is_submitted() {
    var before = api.get("/v1/experiments?limit=100").json().path("data").size();

    var refused =
        api.post(
            "/v1/experiments",
            """
            {"name": "x", "input": "file-none", "base_model": "tinny",
             "arms": [{"name": "a", "method": {"type": "dpo"}}, {"name": "a"}, {"name": "b b"}],
             "evals": ["eval_none"], "seeds": [1, 1], "evaluation": {"temperature": 7}}\
            """);

    assertThat(refused.status()).isEqualTo(400);
    assertThat(refused.error())
        .isEqualTo(
            "invalid_experiment | 9 faults: "
                + "arms[0].method.type: 'dpo' is not known; allowed: supervised, critique; "
                + "arms[1].name: 'a' is used twice; "
                + "arms[2].name: 'b b' must be 1 to 64 letters, digits, '-', '_' or '.'; "
                + "arms[2].method: is missing, and another arm is the untrained base already; "
                + "seeds[1]: 1 is used twice; "
                + "evaluation.temperature: must be a number from 0 to 2, got 7; "
                + "evals[0]: there is no eval 'eval_none'; "
                + "base_model: there is no model 'tinny'; "
                + "input: there is no dataset, file or job 'file-none'");
    assertThat(api.post("/v1/experiments", "{}").error())
        .isEqualTo(
            "invalid_experiment | 5 faults: name: is missing; it must be a text; input: is missing; it must be a text; "
                + "base_model: is missing; it must be a text; arms: must have 1 to 50 arms, got 0; evals: at least one is needed");
    assertThat(api.get("/v1/experiments?limit=100").json().path("data")).hasSize(before);
  }

  @Test
  void arms_that_need_what_the_rows_lack_are_refused() {
    var body = body(ARMS, "1");
    assertThat(api.post("/v1/experiments", body.replaceFirst(" \"critiques\": .*\n", "")).error())
        .isEqualTo(
            "invalid_experiment | 2 faults: arms[2]: 'verified' needs critiques of the new responses; add a `critiques` section with a teacher; "
                + "arms[3]: 'cft' needs critiques of the new responses; add a `critiques` section with a teacher");
    assertThat(api.post("/v1/experiments", body.replaceFirst(" \"responses\": .*\n", "")).error())
        .startsWith(
            "invalid_experiment | 3 faults: arms[1]: 'noisy' needs responses, and the input's rows have none; add a `responses` section");
  }

  @Test
  void an_idempotency_key_makes_a_repeated_post_harmless() {
    var body = body("", "1");

    var first = api.send("POST", "/v1/experiments", body, "Idempotency-Key", "once");
    var second = api.send("POST", "/v1/experiments", body, "Idempotency-Key", "once");

    assertThat(second.json().path("id")).isEqualTo(first.json().path("id"));
  }
}
