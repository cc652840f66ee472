package dev.cft.critiques.critiquing;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cft.critiques.testing.Api;
import dev.cft.critiques.testing.CritiqueServiceTest;
import dev.cft.critiques.testing.FakeBatches;
import dev.cft.critiques.testing.FakeBatches.Fate;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.web.server.LocalServerPort;
import tools.jackson.databind.JsonNode;

/// Jobs in mode `batch`, against a Batch API on the loopback.
@CritiqueServiceTest
class BatchJobsTest {
  private final FakeBatches provider;
  private Api api = new Api(0);

  BatchJobsTest(@Autowired FakeBatches provider) {
    this.provider = provider;
  }

  @BeforeEach
  void connect(@LocalServerPort int port) {
    api = new Api(port);
    provider.decide((_, _) -> Fate.completed());
  }

  private String job(Map<String, Object> more) {
    var rows =
        IntStream.range(0, 7)
            .mapToObj(i -> "{\"question\":\"q%d?\",\"response\":\"It is %d.\"}".formatted(i, i))
            .collect(Collectors.joining("\n"));
    var request = new HashMap<String, Object>(more);
    request.put("input", api.dataset(rows, Map.of()));
    request.put("teacher", "batch");
    request.put("mode", "batch");
    request.put("reuse", false);
    return "/v1/critiques/jobs/" + api.post("/v1/critiques/jobs", request).ok().text("id");
  }

  private JsonNode ended(String job) {
    return api.ended(job, Duration.ofSeconds(60));
  }

  @Test
  void a_job_goes_through_the_providers_batches_at_half_the_price() {
    var before = provider.count();

    var job = job(Map.of());
    var waiting =
        api.until(
            job, state -> state.path("queue").path("reason").asString("").contains("Batch batch_"));
    var ended = ended(job);

    assertThat(waiting.path("status").asString()).isEqualTo("queued");
    assertThat(ended.path("status").asString()).isEqualTo("succeeded");
    assertThat(ended.path("result").path("ok").asInt()).isEqualTo(7);
    assertThat(provider.count()).isEqualTo(before + 3);
    // 7 × 100 tokens × 0.001 USD, halved
    assertThat(ended.path("result").path("cost_usd").asDouble()).isEqualTo(0.35);
  }

  @Test
  void what_expired_or_failed_at_the_provider_is_submitted_again_and_nothing_twice() {
    var before = provider.count();
    var requestsBefore = provider.requests();
    // of each first batch one is answered; the second of the last with a server error
    provider.decide((number, requests) ->
        number <= before + 3 ? new Fate("expired", 2, 500, "") : Fate.completed());

    var result = ended(job(Map.of())).path("result");

    assertThat(result.path("ok").asInt()).isEqualTo(7);
    assertThat(result.path("failed").asInt()).isZero();
    // 7 at first; answered: 1 of 3, 1 of 3, 0 of 1
    assertThat(provider.requests()).isEqualTo(requestsBefore + 7 + 5);
  }

  @Test
  void a_row_that_no_batch_answers_fails_and_says_so() {
    var before = provider.count();
    // of each first batch one is answered and one refused; of the second ones nothing
    provider.decide(
        (number, requests) -> new Fate("completed", number <= before + 3 ? 2 : 0, 400, ""));

    var job = ended(job(Map.of()));

    var result = job.path("result");
    assertThat(result.path("rows").asInt()).isEqualTo(7);
    assertThat(result.path("failed").asInt()).isEqualTo(7 - result.path("ok").asInt());
    var failed =
        api.get("/v1/datasets/%s/rows?status=failed".formatted(job.path("dataset").asString()))
            .ok()
            .body();
    assertThat(failed)
        .contains("teacher_rejected_request: 400 bad no")
        .contains("teacher_unavailable: not answered in 2 batches");
  }

  @Test
  void a_provider_without_room_is_tried_again_and_one_that_refuses_ends_the_job() {
    var before = provider.count();
    provider.decide((number, _) ->
        number <= before + 3
            ? new Fate("failed", 0, 200, "token_limit_exceeded")
            : Fate.completed());
    var full = ended(job(Map.of()));
    provider.decide((_, _) -> new Fate("failed", 0, 200, "invalid_json_line"));
    var refused = ended(job(Map.of()));

    assertThat(full.path("result").path("ok").asInt()).isEqualTo(7);
    assertThat(refused.path("error").path("code").asString()).isEqualTo("batch_refused");
    assertThat(refused.path("error").path("message").asString()).contains("invalid_json_line");
  }

  @Test
  void the_budget_bounds_what_is_submitted() {
    // a request costs at most (41 + 0) tokens × 0.001 × 0.5 USD
    var ended = ended(job(Map.of("budget_usd", 0.15)));

    var result = ended.path("result");
    assertThat(result.path("stopped").asString()).isEqualTo("budget_exhausted");
    assertThat(result.path("rows").asInt() + result.path("rows_left").asInt()).isEqualTo(7);
    assertThat(result.path("rows").asInt()).isBetween(1, 6);
  }

  @Test
  void a_cancelled_jobs_batches_are_cancelled() {
    provider.decide((_, _) -> new Fate("in_progress", 0, 200, ""));
    var job = job(Map.of());
    api.until(
        job, state -> state.path("queue").path("reason").asString("").contains("Batch batch_"));

    api.post(job + "/cancel", "").ok();

    assertThat(provider.statuses()).contains("cancelled");
  }

  @Test
  void the_built_in_checker_has_no_batches() {
    assertThat(
            api.post(
                    "/v1/critiques/jobs",
                    Map.of("input", api.dataset("{\"question\":\"a\"}", Map.of()), "mode", "batch"))
                .message())
        .isEqualTo("The teacher arithmetic has no batch API; use mode online.");
  }
}
