package dev.cft.critiques.critiquing;

import static dev.cft.critiques.testing.FakeTeacher.answer;
import static dev.cft.critiques.testing.FakeTeacher.body;
import static dev.cft.critiques.testing.FakeTeacher.busy;
import static dev.cft.critiques.testing.FakeTeacher.cut;
import static dev.cft.critiques.testing.FakeTeacher.error;
import static dev.cft.critiques.testing.FakeTeacher.good;
import static dev.cft.critiques.testing.FakeTeacher.hang;
import static dev.cft.critiques.testing.FakeTeacher.refusal;
import static org.assertj.core.api.Assertions.assertThat;

import dev.cft.critiques.testing.Api;
import dev.cft.critiques.testing.CritiqueServiceTest;
import dev.cft.critiques.testing.FakeTeacher;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.web.server.LocalServerPort;
import tools.jackson.databind.JsonNode;

@CritiqueServiceTest
class CritiqueJobsTest {
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  private final FakeTeacher fake;
  private Api api = new Api(0);

  CritiqueJobsTest(@Autowired FakeTeacher fake) {
    this.fake = fake;
  }

  @BeforeEach
  void connect(@LocalServerPort int port) {
    api = new Api(port);
  }

  private String rows(int count) {
    return api.dataset(
        IntStream.range(0, count)
            .mapToObj(i ->
                "{\"question\":\"2+2?\",\"answer\":\"4\",\"response\":\"It is %d.\"}"
                    .formatted(i % 2 == 0 ? 4 : 5))
            .collect(Collectors.joining("\n")),
        Map.of());
  }

  /// Other tests' critiques are not reused.
  private String job(Map<String, Object> request) {
    var paid = new LinkedHashMap<>(request);
    paid.putIfAbsent("reuse", false);
    return "/v1/critiques/jobs/" + api.post("/v1/critiques/jobs", paid).ok().text("id");
  }

  private JsonNode done(Map<String, Object> request) {
    return api.ended(job(request), PATIENCE);
  }

  private Map<String, String> outcomes(String dataset) {
    var data = api.get("/v1/datasets/" + dataset + "/rows?limit=1000").ok().json().path("data");
    var outcomes = new LinkedHashMap<String, String>();
    for (var row : data) {
      outcomes.put(
          row.path("seq").asString(),
          row.path("status").asString() + " " + row.path("reason").asString("").split(":", 2)[0]);
    }
    return outcomes;
  }

  @Test
  void a_dataset_goes_through_a_model_and_every_row_tells_what_it_took() {
    var ended = done(Map.of("input", rows(6), "teacher", "steady", "metadata", Map.of("a", "b")));

    var result = ended.path("result");
    assertThat(ended.path("status").asString()).isEqualTo("succeeded");
    assertThat(ended.path("progress").path("done").asInt()).isEqualTo(6);
    assertThat(ended.path("metadata").path("a").asString()).isEqualTo("b");
    assertThat(result.path("ok").asInt()).isEqualTo(6);
    assertThat(result.path("right").asInt()).isEqualTo(3);
    assertThat(result.path("agreement").asDouble()).isEqualTo(1);
    var dataset = result.path("dataset").asString();
    assertThat(dataset).isEqualTo(ended.path("dataset").asString());
    var row = api.get("/v1/datasets/" + dataset + "/rows?limit=1").ok().json().path("data").path(0);
    assertThat(row.path("critique").asString())
        .isEqualTo("I looked at it. Conclusion: right [END]");
    assertThat(row.path("verdict").asString()).isEqualTo("right");
    assertThat(row.path("correct").asBoolean()).isTrue();
    assertThat(row.path("extra").path("prompt_version").asString()).isEqualTo("cft-paper-v1");
    assertThat(row.path("extra").path("prompt_tokens").asInt()).isEqualTo(100);
    assertThat(row.path("extra").path("model").asString()).isEqualTo("teacher-steady");
  }

  @Test
  void the_teacher_is_asked_with_the_papers_prompt_and_parameters() {
    done(Map.of("input", rows(1), "teacher", "steady"));

    var call = fake.calls("steady").getLast();
    assertThat(call.authorization()).isEqualTo("Bearer sk-teacher-secret");
    assertThat(call.idempotencyKey()).startsWith("crjob-").endsWith("-0");
    assertThat(call.body().path("temperature").asDouble()).isEqualTo(0.3);
    assertThat(call.body().path("top_p").asDouble()).isEqualTo(0.95);
    assertThat(call.body().path("max_completion_tokens").asInt()).isEqualTo(3200);
    assertThat(call.body().path("messages").path(0).path("content").asString())
        .isEqualTo(
            "You are a science expert. A student is trying to solve a question, please explain briefly whether his solution is correct or not. Finally, conclude your judgement with 'Conclusion: right/wrong [END]'.");
    assertThat(call.body().path("messages").path(1).path("content").asString())
        .isEqualTo("\nQuestion: 2+2?\n\nSolution: It is 4.\n");
  }

  @Test
  void faults_that_pass_are_tried_again() {
    fake.script(
        "faulty",
        good(),
        good(),
        error(500, "server_error"),
        good(),
        good(),
        cut(),
        good(),
        body("{\"id\":"),
        good(),
        good(),
        busy("0"),
        error(429, "rate_limit_exceeded"),
        good());

    var ended = done(Map.of("input", rows(8), "teacher", "faulty"));

    assertThat(ended.path("result").path("ok").asInt()).isEqualTo(8);
    assertThat(fake.calls("faulty")).hasSize(13);
  }

  @Test
  void a_hanging_call_is_given_up_and_tried_again() {
    fake.script("single", hang(10_000));

    var ended = done(Map.of("input", rows(1), "teacher", "single"));

    assertThat(ended.path("result").path("ok").asInt()).isEqualTo(1);
  }

  @Test
  void answers_that_are_no_critiques_are_rejected_with_their_reason() {
    fake.script(
        "broke",
        answer("Conclusion: right [END]", "length"),
        answer("", "stop"),
        refusal(),
        answer("I cannot tell.", "stop"),
        answer("", "content_filter"),
        error(400, "context_length_exceeded"));

    var ended = done(Map.of("input", rows(7), "teacher", "broke"));

    var result = ended.path("result");
    assertThat(outcomes(result.path("dataset").asString()).values())
        .containsExactly(
            "rejected truncated",
            "rejected empty",
            "rejected refused",
            "rejected unparsed",
            "rejected refused",
            "failed teacher_rejected_request",
            "ok ");
    assertThat(result.path("rejections"))
        .hasToString("{\"empty\":1,\"refused\":2,\"truncated\":1,\"unparsed\":1}");
    var rows =
        api.get("/v1/datasets/%s/rows".formatted(result.path("dataset").asString())).ok().json();
    assertThat(rows.path("data").path(0).path("critique").isMissingNode()).isTrue();
    assertThat(rows.path("data").path(3).path("extra").path("rejected_text").asString())
        .isEqualTo("I cannot tell.");
  }

  @Test
  void a_billing_429_is_not_retried_and_ends_the_job_which_can_be_gone_on_with() {
    fake.script("broke", good(), good(), error(429, "insufficient_quota"));
    var before = fake.calls("broke").size();

    var ended = done(Map.of("input", rows(5), "teacher", "broke"));

    assertThat(ended.path("status").asString()).isEqualTo("failed");
    assertThat(ended.path("error").path("code").asString()).isEqualTo("teacher_quota_exhausted");
    assertThat(ended.path("error").path("message").asString()).contains("retry_failed");
    assertThat(fake.calls("broke")).hasSize(before + 3);

    var again =
        api.post("/v1/critiques/jobs/" + ended.path("id").asString() + "/retry_failed", "")
            .ok()
            .text("id");
    var result = api.ended("/v1/critiques/jobs/" + again, PATIENCE).path("result");

    assertThat(result.path("ok").asInt()).isEqualTo(5);
    assertThat(fake.calls("broke")).hasSize(before + 6);
  }

  @Test
  void a_wrong_key_ends_the_job_at_once() {
    fake.script("broke", error(401, "invalid_api_key"));

    var ended = done(Map.of("input", rows(3), "teacher", "broke"));

    assertThat(ended.path("error").path("code").asString()).isEqualTo("teacher_misconfigured");
  }

  @Test
  void a_teacher_that_keeps_failing_parks_the_job_which_goes_on_by_itself() {
    fake.usually("hasty", error(503, "overloaded"));

    var job = job(Map.of("input", rows(8), "teacher", "hasty"));
    var parked =
        api.until(job, state -> state.path("queue").path("reason").asString("").contains("hasty"));
    fake.usually("hasty", good());
    var ended = api.ended(job, PATIENCE);

    assertThat(parked.path("status").asString()).isEqualTo("queued");
    assertThat(ended.path("status").asString()).isEqualTo("succeeded");
    assertThat(ended.path("result").path("rows").asInt()).isEqualTo(8);
    var dataset = ended.path("dataset").asString();
    assertThat(outcomes(dataset)).hasSize(8);
  }

  @Test
  void a_long_retry_after_parks_the_job_and_says_why() {
    fake.script("busy", busy("3600"));

    var job = job(Map.of("input", rows(2), "teacher", "busy"));
    var parked =
        api.until(
            job, state -> state.path("queue").path("reason").asString("").contains("rate limited"));

    assertThat(parked.path("status").asString()).isEqualTo("queued");
    assertThat(api.post(job + "/cancel", "").ok().text("status")).isEqualTo("cancelled");
  }

  @Test
  void the_budget_is_a_hard_stop() {
    // a call costs at least 100 × 1000/1e6 + 20 × 10000/1e6 = 0.3 USD
    var ended = done(Map.of("input", rows(10), "teacher", "priced", "budget_usd", 1.0));

    var result = ended.path("result");
    assertThat(result.path("stopped").asString()).isEqualTo("budget_exhausted");
    assertThat(result.path("cost_usd").asDouble()).isLessThanOrEqualTo(1.0);
    assertThat(result.path("ok").asInt()).isEqualTo(3);
    assertThat(result.path("rows_left").asInt()).isEqualTo(7);
  }

  @Test
  void an_estimate_asks_nobody() {
    var before = fake.calls("priced").size();

    var estimate =
        api.post(
                "/v1/critiques/jobs",
                Map.of(
                    "input", rows(10), "teacher", "priced", "dry_run", true, "limit", 4, "reuse",
                    false))
            .ok()
            .json();

    assertThat(estimate.path("rows").asInt()).isEqualTo(4);
    assertThat(estimate.path("critiques").asInt()).isEqualTo(4);
    assertThat(estimate.path("completion_tokens").asInt()).isEqualTo(80);
    assertThat(estimate.path("cost_usd").asDouble()).isGreaterThan(0.8);
    assertThat(fake.calls("priced")).hasSize(before);
  }

  @Test
  void rows_without_a_response_fail_and_a_job_of_nothing_else_does_too() {
    var mixed =
        api.dataset(
            "{\"question\":\"a\"}\n{\"question\":\"2+2?\",\"answer\":\"4\",\"response\":\"4\"}",
            Map.of());
    var none = api.dataset("{\"question\":\"a\"}", Map.of());

    var some = done(Map.of("input", mixed));
    var nothing = done(Map.of("input", none));

    assertThat(outcomes(some.path("dataset").asString()).values())
        .containsExactly("failed the row has no response", "ok ");
    assertThat(nothing.path("status").asString()).isEqualTo("failed");
    assertThat(nothing.path("error").path("code").asString()).isEqualTo("all_rows_failed");
  }

  @Test
  void a_job_may_read_a_file_or_wait_for_another_job() {
    var file =
        api.upload("fine-tune", "{\"question\":\"2+2?\",\"answer\":\"4\",\"response\":\"5\"}")
            .ok()
            .text("id");

    var first = api.post("/v1/critiques/jobs", Map.of("input", file)).ok().text("id");
    var second = done(Map.of("input", first));

    assertThat(second.path("needs").path(0).asString()).isEqualTo(first);
    var estimate =
        api.post("/v1/critiques/jobs", Map.of("input", first, "dry_run", true)).ok().json();
    assertThat(estimate.path("rows").asInt()).isEqualTo(1);
    assertThat(second.path("result").path("wrong").asInt()).isEqualTo(1);
  }

  @Test
  void a_running_job_is_paused_resumed_and_cancelled() {
    fake.usually("steady", hang(300));
    var job = job(Map.of("input", rows(2000), "teacher", "steady"));
    api.until(job, state -> state.path("progress").path("done").asInt() > 0);

    api.post(job + "/pause", "").ok();
    var paused = api.until(job, state -> state.path("status").asString().equals("paused"));
    var doneThen = paused.path("progress").path("done").asInt();
    api.post(job + "/resume", "").ok();
    api.until(job, state -> state.path("progress").path("done").asInt() > doneThen);
    var cancelled = api.post(job + "/cancel", "").ok().json();
    fake.usually("steady", good());

    assertThat(doneThen).isBetween(1, 1999);
    assertThat(cancelled.path("status").asString()).isEqualTo("cancelled");
    assertThat(api.post(job + "/pause", "").code()).isEqualTo("illegal_state");
  }

  @Test
  void wrong_requests_are_told_what_is_wrong() {
    var rows = rows(1);

    assertThat(api.post("/v1/critiques/jobs", Map.of("input", "ds-none")).status()).isEqualTo(404);
    assertThat(api.post("/v1/critiques/jobs", Map.of("input", "hello")).message())
        .contains("input must be a dataset (ds-…), a file (file-…) or a job that makes a dataset");
    assertThat(api.post("/v1/critiques/jobs", Map.of("input", rows, "teacher", "nobody")).message())
        .contains(
            "There is no teacher 'nobody'; there are [arithmetic, batch, broke, busy, chaos,");
    assertThat(
            api.post("/v1/critiques/jobs", Map.of("input", rows, "prompt_version", "v9")).message())
        .contains("There is no prompt 'v9'; there are [cft-paper-v1,");
    assertThat(api.post("/v1/critiques/jobs", Map.of("input", rows, "limit", 0)).status())
        .isEqualTo(400);
    assertThat(api.post("/v1/critiques/jobs", Map.of("input", rows, "budget", 1)).message())
        .contains("budget");
    assertThat(api.get("/v1/critiques/jobs/crjob-none").code()).isEqualTo("job_not_found");
  }

  @Test
  void jobs_are_listed_newest_first() {
    var first = done(Map.of("input", rows(1))).path("id").asString();
    var second = done(Map.of("input", rows(1))).path("id").asString();

    var page = api.get("/v1/critiques/jobs?limit=2").ok().json();

    assertThat(page.path("data").path(0).path("id").asString()).isEqualTo(second);
    assertThat(page.path("data").path(1).path("id").asString()).isEqualTo(first);
    assertThat(api.get("/v1/critiques/jobs?limit=1&after=" + second).ok().body()).contains(first);
  }
}
