package dev.cft.gateway.jobs;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cft.gateway.GatewayTest;
import dev.cft.service.testing.TestHttp.Answer;
import dev.cft.store.jobs.Job;
import dev.cft.store.jobs.JobKind;
import dev.cft.store.jobs.NewJob;
import dev.cft.store.specs.CritiquesSpec;
import dev.cft.store.specs.ResponsesSpec;
import java.net.http.HttpRequest.BodyPublishers;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class JobsTest extends GatewayTest {
  private final String mark = UUID.randomUUID().toString();
  private final String mine = "/v1/jobs?metadata%5Bmark%5D=" + mark;

  @Test
  void a_job_is_shown_with_all_that_is_known() {
    var first = submit(JobKind.RESPONSES);
    var second =
        jobs.submit(
            NewJob.of(JobKind.CRITIQUES, critiques())
                .needing(List.of(first.id()))
                .with(Map.of("mark", mark, "experiment", "exp-" + mark))
                .prioritised(3));

    var shown = user.get("/v1/jobs/" + second.id()).json();

    assertThat(shown.path("object").asString()).isEqualTo("job");
    assertThat(shown.path("kind").asString()).isEqualTo("critiques");
    assertThat(shown.path("status").asString()).isEqualTo("waiting");
    assertThat(shown.path("pending_reason").asString()).contains("waits for", first.id().value());
    assertThat(shown.path("needs").get(0).asString()).isEqualTo(first.id().value());
    assertThat(shown.path("priority").asInt()).isEqualTo(3);
    assertThat(shown.path("metadata").path("mark").asString()).isEqualTo(mark);
    assertThat(shown.path("spec").path("teacher").asString()).isEqualTo("arithmetic");
    assertThat(shown.path("created_at").asLong()).isGreaterThan(1_700_000_000L);
    assertThat(shown.path("progress").has("percent")).isTrue();
    assertThat(shown.propertyNames())
        .contains(
            "stage",
            "queue_position",
            "remaining_seconds",
            "result",
            "error",
            "attempts",
            "started_at",
            "finished_at",
            "version");
    assertThat(user.get("/v1/jobs/" + first.id()).json().path("queue_position").asInt())
        .isPositive();
    assertThat(user.get("/v1/jobs?experiment=exp-" + mark).json().path("data")).hasSize(1);
  }

  @Test
  void a_list_is_paged_newest_first_by_id() {
    var ids = List.of(submit(), submit(), submit()).stream().map(job -> job.id().value()).toList();

    var first = user.get(mine + "&limit=2").json();
    var rest = user.get(mine + "&limit=2&after=" + first.path("last_id").asString()).json();
    var oldest = user.get(mine + "&order=asc&limit=1").json();

    assertThat(ids(first)).containsExactly(ids.get(2), ids.get(1));
    assertThat(first.path("object").asString()).isEqualTo("list");
    assertThat(first.path("has_more").asBoolean()).isTrue();
    assertThat(first.path("first_id").asString()).isEqualTo(ids.get(2));
    assertThat(ids(rest)).containsExactly(ids.get(0));
    assertThat(rest.path("has_more").asBoolean()).isFalse();
    assertThat(ids(oldest)).containsExactly(ids.get(0));
  }

  @Test
  void a_list_is_filtered_by_kind_and_status() {
    var responses = submit(JobKind.RESPONSES);
    var critiques = submit(JobKind.CRITIQUES);
    jobs.cancel(critiques.id());

    assertThat(ids(user.get(mine + "&kind=responses").json()))
        .containsExactly(responses.id().value());
    assertThat(ids(user.get(mine + "&kind=responses,critiques").json())).hasSize(2);
    assertThat(ids(user.get(mine + "&kind=responses&kind=critiques&status=cancelled").json()))
        .containsExactly(critiques.id().value());
    assertThat(ids(user.get(mine + "&status=running").json())).isEmpty();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          ?kind=training        | kind   | 'kind' must be one of dataset, critiques, responses, fine_tuning, evaluation, experiment, was 'training'.
          ?kind=                | kind   | must be one of
          ?status=done          | status | 'status' must be one of validating,
          ?staus=running        | staus  | Unknown query parameter 'staus'; allowed: after, experiment, kind
          ?limit=1001           | limit  | from 1 to 1000
          ?limit=-1             | limit  | from 1 to 1000
          ?order=newest         | order  | asc or desc
          ?after=ftjob-nothing  | after  | 'after' must be the id of a job
          ?wait=61s             | wait   | 'wait' must be a time up to 60s
          ?wait=forever         | wait   | was 'forever'
          ?wait=-5s             | wait   | was '-5s'
          ?metadata[]=x         | metadata[] | Unknown query parameter
          """)
  void bad_filters_are_named(String query, String param, String words) {
    var answer = user.get("/v1/jobs" + query.replace("[", "%5B").replace("]", "%5D"));

    assertThat(answer.status()).as(answer.text()).isEqualTo(400);
    assertThat(answer.error().path("param").asString()).isEqualTo(param);
    assertThat(answer.error().path("message").asString()).contains(words);
  }

  /// What a fuzzer sends: every answer is one of ours, and none is a 500.
  @ParameterizedTest
  @ValueSource(
      strings = {
        "/v1/jobs/%00",
        "/v1/jobs/ftjob-%F0%9F%92%A5",
        "/v1/jobs/'%20or%201=1--",
        "/v1/jobs/..%2f..%2fetc%2fpasswd",
        "/v1/jobs/null",
        "/v1/jobs?after=%00",
        "/v1/jobs?metadata%5Ba%5D=%00",
        "/v1/jobs?metadata%5B%25%5D=%25",
        "/v1/jobs?limit=99999999999999999999",
        "/v1/jobs?limit=1e3",
        "/v1/jobs?limit=%20",
        "/v1/jobs?wait=0",
        "/v1/jobs?status=RUNNING",
        "/v1/jobs?kind=critiques,,responses",
        "/v1/jobs//events",
        "/v1/jobs/x/events?after=-1",
        "/v1/jobs/x/events?after=x",
        "/v1/jobs/x/metrics?name=",
        "/v1/jobs/x/nothing",
        "/v1/keys/%00",
        "/v1/%ff",
        "/v1/jobs?%ff=%ff"
      })
  void no_address_makes_the_gateway_fail(String path) {
    for (var method : List.of("GET", "POST", "DELETE", "PUT", "PATCH")) {
      var answer = operator.send(method, path, BodyPublishers.noBody());

      assertThat(answer.status()).as(method + " " + path + ": " + answer.text()).isLessThan(500);
    }
  }

  @Test
  void an_unchanged_list_is_not_sent_again() {
    var job = submit();
    var first = user.get(mine);
    var same = user.with("If-None-Match", tag(first)).get(mine);
    jobs.cancel(job.id());
    var changed = user.with("If-None-Match", "\"x\", " + tag(first)).get(mine);

    assertThat(first.status()).isEqualTo(200);
    assertThat(tag(first)).startsWith("W/\"");
    assertThat(same.status()).isEqualTo(304);
    assertThat(same.text()).isEmpty();
    assertThat(tag(same)).isEqualTo(tag(first));
    assertThat(changed.status()).isEqualTo(200);
    assertThat(tag(changed)).isNotEqualTo(tag(first));
  }

  @Test
  void a_long_poll_ends_when_something_changes() throws Exception {
    var job = submit();
    var known = user.with("If-None-Match", tag(user.get(mine)));

    var waiting = CompletableFuture.supplyAsync(() -> known.get(mine + "&wait=60s"));
    jobs.cancel(job.id());

    var answer = waiting.get(50, TimeUnit.SECONDS);
    assertThat(answer.status()).isEqualTo(200);
    assertThat(answer.json().path("data").get(0).path("status").asString()).isEqualTo("cancelled");
  }

  @Test
  void a_long_poll_of_one_job_is_not_woken_by_others() throws Exception {
    var job = submit(JobKind.RESPONSES);
    var path = "/v1/jobs/" + job.id();
    var known = user.with("If-None-Match", tag(user.get(path)));

    var waiting = CompletableFuture.supplyAsync(() -> known.get(path + "?wait=60s"));
    jobs.cancel(submit(JobKind.CRITIQUES).id());
    Thread.sleep(1500);
    var early = waiting.isDone();
    jobs.pause(job.id());

    assertThat(early).isFalse();
    assertThat(waiting.get(50, TimeUnit.SECONDS).json().path("status").asString())
        .isEqualTo("paused");
  }

  @Test
  void a_job_that_has_ended_is_not_waited_for() throws Exception {
    var path = "/v1/jobs/" + submit().id();
    var ended = user.post(path + "/cancel");
    assertThat(ended.status()).isEqualTo(200);

    var answer =
        CompletableFuture.supplyAsync(() -> user.get(path + "?wait=60s")).get(50, TimeUnit.SECONDS);

    assertThat(answer.json().path("status").asString()).isEqualTo("cancelled");
  }

  @Test
  void a_long_poll_without_news_ends_with_304() {
    submit();
    var known = user.with("If-None-Match", tag(user.get(mine)));

    assertThat(known.get(mine + "&wait=300ms").status()).isEqualTo(304);
    assertThat(user.get(mine + "&wait=300ms").status()).isEqualTo(200);
  }

  @Test
  void a_job_is_paused_resumed_and_cancelled() {
    var path = "/v1/jobs/" + submit().id();

    assertThat(user.post(path + "/pause").json().path("status").asString()).isEqualTo("paused");
    assertThat(user.get(path).json().path("pending_reason").asString()).contains("resumes");
    assertThat(user.post(path + "/resume").json().path("status").asString()).isEqualTo("queued");
    assertThat(user.post(path + "/cancel").json().path("status").asString()).isEqualTo("cancelled");
    assertThat(user.post(path + "/cancel").status()).isEqualTo(200);
    var refused = user.post(path + "/pause");
    assertThat(refused.status()).isEqualTo(400);
    assertThat(refused.error().path("code").asString()).isEqualTo("illegal_state");
    assertThat(refused.error().path("message").asString()).contains("cancelled", "paused");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "/events", "/metrics", "/cancel", "/pause", "/resume"})
  void an_unknown_job_is_not_found(String what) {
    var path = "/v1/jobs/ftjob-nothing" + what;
    var answer = what.matches("|/events|/metrics") ? user.get(path) : user.post(path);

    assertThat(answer.status()).isEqualTo(404);
    assertThat(answer.error().path("code").asString()).isEqualTo("job_not_found");
    assertThat(answer.error().path("message").asString()).contains("ftjob-nothing");
  }

  @Test
  void a_page_of_events_is_newest_first_and_goes_on_after_an_id() {
    var job = submit();
    jobs.pause(job.id());
    jobs.resume(job.id());
    var path = "/v1/jobs/" + job.id() + "/events";

    var newest = user.get(path + "?limit=1").json();
    var older = user.get(path + "?limit=100&after=" + newest.path("last_id").asString()).json();
    var oldest = user.get(path + "?order=asc&limit=1").json();

    assertThat(newest.path("has_more").asBoolean()).isTrue();
    assertThat(newest.path("data").get(0).path("message").asString()).contains("resumed");
    assertThat(older.path("data").size()).isGreaterThanOrEqualTo(1);
    assertThat(oldest.path("data").get(0).path("id").asLong())
        .isLessThan(newest.path("data").get(0).path("id").asLong());
    assertThat(newest.path("data").get(0).path("object").asString()).isEqualTo("job.event");
    assertThat(user.get(path + "?after=x").error().path("param").asString()).isEqualTo("after");
  }

  @Test
  void an_unknown_metric_is_told_which_there_are() {
    var path = "/v1/jobs/" + submit().id() + "/metrics";

    assertThat(user.get(path).json().path("data")).isEmpty();
    assertThat(user.get(path + "?name=loss").error().path("code").asString())
        .isEqualTo("unknown_metric");
  }

  private Job submit() {
    return submit(JobKind.CRITIQUES);
  }

  private Job submit(JobKind kind) {
    var spec =
        kind == JobKind.CRITIQUES
            ? critiques()
            : new ResponsesSpec("ds-1", "cft-demo-base", 1, 1.0, 1.0, 64, 1, null, List.of());
    return jobs.submit(NewJob.of(kind, spec).with(Map.of("mark", mark)));
  }

  private static CritiquesSpec critiques() {
    return new CritiquesSpec("ds-1", "arithmetic", null, null, null);
  }

  private static List<String> ids(tools.jackson.databind.JsonNode list) {
    return list.path("data").findValuesAsString("id");
  }

  private static String tag(Answer answer) {
    return answer.header("ETag");
  }
}
