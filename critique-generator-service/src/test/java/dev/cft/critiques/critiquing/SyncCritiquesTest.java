package dev.cft.critiques.critiquing;

import static dev.cft.critiques.testing.FakeTeacher.answer;
import static dev.cft.critiques.testing.FakeTeacher.error;
import static dev.cft.critiques.testing.FakeTeacher.good;
import static dev.cft.critiques.testing.FakeTeacher.hang;
import static org.assertj.core.api.Assertions.assertThat;

import dev.cft.critiques.testing.Api;
import dev.cft.critiques.testing.CritiqueServiceTest;
import dev.cft.critiques.testing.FakeTeacher;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.web.server.LocalServerPort;
import tools.jackson.databind.JsonNode;

@CritiqueServiceTest
class SyncCritiquesTest {
  private final FakeTeacher fake;
  private Api api = new Api(0);

  SyncCritiquesTest(@Autowired FakeTeacher fake) {
    this.fake = fake;
  }

  @BeforeEach
  void connect(@LocalServerPort int port) {
    api = new Api(port);
  }

  @Test
  void the_built_in_checker_answers_at_once() {
    var critique =
        api.post(
                "/v1/critiques",
                Map.of(
                    "question", "3*4+1?", "response", "3 * 4 = 13, so 14\nA: 14", "answer", "13"))
            .ok()
            .json();

    assertThat(critique.path("object").asString()).isEqualTo("critique");
    assertThat(critique.path("verdict").asString()).isEqualTo("wrong");
    assertThat(critique.path("status").asString()).isEqualTo("ok");
    assertThat(critique.path("critique").asString())
        .isEqualTo(
            "Step 1: 3 * 4 = 12, not 13. wrong\nThe final answer is 14, but it should be 13.\nConclusion: wrong [END]");
    assertThat(critique.path("teacher").asString()).isEqualTo("arithmetic");
    assertThat(critique.path("cost_usd").asDouble()).isZero();
  }

  @Test
  void many_items_are_answered_in_their_order_each_on_its_own() {
    fake.script("priced", good(), good(), good());

    var list =
        api.post(
                "/v1/critiques",
                Map.of(
                    "teacher",
                    "priced",
                    "items",
                    List.of(
                        Map.of("question", "2+2?", "response", "4"),
                        Map.of("question", "2+2?", "response", "5"),
                        Map.of("question", "2+2?", "response", "4"))))
            .ok()
            .json()
            .path("data");

    assertThat(list).hasSize(3);
    assertThat(list.path(0).path("verdict").asString()).isEqualTo("right");
    assertThat(list.path(1).path("verdict").asString()).isEqualTo("wrong");
    assertThat(list.path(2).path("usage").path("total_tokens").asInt()).isEqualTo(120);
  }

  @Test
  void a_stream_gives_the_text_in_pieces_and_then_the_whole() {
    fake.script("priced", answer("It is four. Conclusion: right [END]", "stop"));

    var events =
        api.post(
                "/v1/critiques",
                Map.of(
                    "question", "two and 2?", "response", "4", "teacher", "priced", "stream", true))
            .ok()
            .body()
            .lines()
            .filter(line -> line.startsWith("data: "))
            .toList();

    assertThat(events.getFirst()).contains("\"object\":\"critique.delta\"").contains("\"It \"");
    assertThat(events).hasSize(8).last().isEqualTo("data: [DONE]");
    assertThat(events.get(6))
        .contains("\"object\":\"critique\"")
        .contains("\"verdict\":\"right\"")
        .contains("\"total_tokens\":120");
  }

  @Test
  void a_teachers_faults_are_told_in_http_terms() {
    var request = Map.of("question", "2+2?", "response", "4", "teacher", "broke");

    fake.script("broke", error(429, "insufficient_quota"));
    var broke = api.post("/v1/critiques", request);
    fake.script("broke", error(401, "invalid_api_key"));
    var locked = api.post("/v1/critiques", request);
    fake.script("broke", error(400, "context_length_exceeded"));
    var tooLong = api.post("/v1/critiques", request);

    assertThat(broke.status()).isEqualTo(429);
    assertThat(broke.code()).isEqualTo("teacher_quota_exhausted");
    assertThat(broke.headers()).containsEntry("x-should-retry", List.of("false"));
    assertThat(locked.status()).isEqualTo(502);
    assertThat(locked.code()).isEqualTo("teacher_misconfigured");
    assertThat(tooLong.status()).isEqualTo(422);
    assertThat(tooLong.message()).contains("context_length_exceeded");
  }

  @Test
  void a_client_waits_no_longer_than_it_says() {
    fake.script("broke", hang(5_000));

    var answer =
        api.post(
            "/v1/critiques",
            Map.of("question", "2+2?", "response", "4", "teacher", "broke", "timeout_seconds", 1));

    assertThat(answer.status()).isEqualTo(504);
    assertThat(answer.code()).isEqualTo("teacher_timeout");
  }

  @Test
  void what_a_client_paid_for_answers_the_same_question_again() throws InterruptedException {
    var request = Map.of("question", "paid once?", "response", "4", "teacher", "steady");
    var before = fake.calls("steady").size();

    var first = api.post("/v1/critiques", request).ok().json();
    var again = untilReused(request);
    var anew =
        api.post(
                "/v1/critiques",
                Map.of(
                    "question", "paid once?", "response", "4", "teacher", "steady", "reuse", false))
            .ok()
            .json();

    assertThat(first.path("reused").isMissingNode()).isTrue();
    assertThat(again.path("critique")).isEqualTo(first.path("critique"));
    assertThat(again.path("cost_usd").asDouble(-1)).isZero();
    assertThat(anew.path("usage").path("total_tokens").asInt()).isEqualTo(120);
    assertThat(fake.calls("steady").size() - before).isGreaterThanOrEqualTo(2);
  }

  /// What clients paid for is written a moment later.
  private JsonNode untilReused(Map<String, ?> request) throws InterruptedException {
    for (int i = 0; i < 600; i++) {
      var critique = api.post("/v1/critiques", request).ok().json();
      if (critique.path("reused").asBoolean(false)) {
        return critique;
      }
      Thread.sleep(100);
    }
    throw new AssertionError("never stored");
  }

  @Test
  void what_comes_too_late_is_kept_for_who_asks_again() throws InterruptedException {
    var request =
        Map.of("question", "late?", "response", "4", "teacher", "single", "timeout_seconds", 1);
    fake.script("single", hang(1_500));

    var late = api.post("/v1/critiques", request);
    var again = untilReused(request);

    assertThat(late.code()).isEqualTo("teacher_timeout");
    assertThat(again.path("verdict").asString()).isEqualTo("right");
  }

  @Test
  void an_item_that_is_too_late_fails_alone() {
    fake.usually(
        "steady",
        (exchange, body) ->
            (body.toString().contains("slow one") ? hang(1_900) : good()).answer(exchange, body));

    var list =
        api.post(
                "/v1/critiques",
                Map.of(
                    "teacher",
                    "steady",
                    "timeout_seconds",
                    1,
                    "items",
                    List.of(
                        Map.of("question", "slow one?", "response", "4"),
                        Map.of("question", "quick?", "response", "4"))))
            .ok()
            .json()
            .path("data");
    fake.usually("steady", good());

    assertThat(list.path(0).path("status").asString()).isEqualTo("failed");
    assertThat(list.path(0).path("reason").asString()).startsWith("teacher_timeout");
    assertThat(list.path(1).path("verdict").asString()).isEqualTo("right");
  }

  @Test
  void the_description_tells_what_is_answered() {
    var answer =
        api.get("/v3/api-docs")
            .ok()
            .json()
            .path("paths")
            .path("/v1/critiques")
            .path("post")
            .path("responses")
            .path("200")
            .path("content");

    assertThat(answer.path("application/json").path("schema").path("oneOf").toString())
        .contains("#/components/schemas/CritiqueView")
        .contains("#/components/schemas/Several");
    assertThat(answer.path("text/event-stream").path("schema").path("oneOf").toString())
        .contains("#/components/schemas/Delta");
  }

  @Test
  void wrong_requests_are_told_what_is_wrong() {
    var item = Map.of("question", "a", "response", "b");

    assertThat(api.post("/v1/critiques", Map.of("question", "a")).message())
        .isEqualTo("response must be text that is not blank; or give items.");
    assertThat(api.post("/v1/critiques", Map.of("items", List.of(item), "question", "a")).code())
        .isEqualTo("ambiguous_request");
    assertThat(api.post("/v1/critiques", Map.of("items", Collections.nCopies(65, item))).status())
        .isEqualTo(400);
    assertThat(api.post("/v1/critiques", Map.of("items", List.of(), "teacher", "x")).status())
        .isEqualTo(400);
  }

  @Test
  void teachers_and_prompts_are_shown_without_addresses_and_keys() {
    var teachers = api.get("/v1/teachers").ok();
    var priced = api.get("/v1/teachers/priced").ok().json();

    assertThat(teachers.body()).doesNotContain("127.0.0.1").doesNotContain("secret");
    assertThat(teachers.json().path("data").path(0).path("id").asString()).isEqualTo("arithmetic");
    assertThat(priced.path("prices").path("output_usd_per_million").asInt()).isEqualTo(10000);
    assertThat(priced.path("health").path("breaker").asString()).isEqualTo("closed");
    assertThat(priced.path("limits").path("concurrency").asInt()).isEqualTo(2);
    assertThat(api.get("/v1/teachers/nobody").code()).isEqualTo("teacher_not_found");
    assertThat(api.get("/v1/critiques/prompts").ok().body()).contains("cft-paper-answer-v1");
    assertThat(api.get("/v1/critiques/prompts/steps-v1").ok().text("version"))
        .isEqualTo("steps-v1");
  }
}
