package dev.cft.service.things;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cft.service.testing.TestHttp;
import dev.cft.store.keys.ApiKey;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;
import org.springframework.test.annotation.DirtiesContext;

@DirtiesContext
class IdempotencyTest extends ServiceTest {
  private static final String BODY = "{\"name\": \"x\", \"count\": 1}";

  private TestHttp http;

  @BeforeEach
  void freshKey() {
    http = user.with("Idempotency-Key", UUID.randomUUID().toString());
  }

  @AfterEach
  void open() {
    things.gate.countDown();
    things.failing.set(0);
  }

  @Test
  void a_repetition_gets_the_first_answer_and_does_nothing() {
    var first = http.post("/v1/things", BODY);
    var made = things.made.get();
    var second = http.post("/v1/things", BODY);

    assertThat(first.status()).isEqualTo(201);
    assertThat(second.status()).isEqualTo(201);
    assertThat(second.text()).isEqualTo(first.text());
    assertThat(second.header("Content-Type")).isEqualTo(first.header("Content-Type"));
    assertThat(second.header("idempotent-replayed")).isEqualTo("true");
    assertThat(things.made).hasValue(made);
  }

  @Test
  void another_body_under_the_same_key_is_refused() {
    http.post("/v1/things", BODY);
    var other = http.post("/v1/things", "{\"name\": \"y\", \"count\": 1}");

    assertThat(other.status()).isEqualTo(422);
    assertThat(other.error().path("code").asString()).isEqualTo("idempotency_key_reused");
    assertThat(other.header("x-should-retry")).isEqualTo("false");
  }

  @Test
  void another_path_or_query_under_the_same_key_is_refused() {
    http.post("/v1/things", BODY);

    assertThat(http.post("/plain/things", BODY).status()).isEqualTo(422);
    assertThat(http.post("/v1/things?x=1", BODY).status()).isEqualTo(422);
  }

  @Test
  void two_callers_may_use_the_same_key() {
    var key = UUID.randomUUID().toString();
    var other = TestHttp.at(port, keys.create("another", ApiKey.Role.USER).secret());

    var one = user.with("Idempotency-Key", key).post("/v1/things", BODY);
    var two = other.with("Idempotency-Key", key).post("/v1/things", BODY);

    assertThat(one.json().path("id")).isNotEqualTo(two.json().path("id"));
  }

  @Test
  void while_the_first_is_being_answered_the_second_is_told_to_come_again() throws Exception {
    things.gate = new CountDownLatch(1);
    things.entered = new CountDownLatch(1);
    var first = CompletableFuture.supplyAsync(() -> http.post("/v1/things", BODY));
    things.entered.await();

    var second = http.post("/v1/things", BODY);
    things.gate.countDown();
    var answered = first.get();
    var third = http.post("/v1/things", BODY);

    assertThat(second.status()).isEqualTo(409);
    assertThat(second.error().path("code").asString()).isEqualTo("idempotency_key_in_use");
    assertThat(second.header("x-should-retry")).isEqualTo("true");
    assertThat(second.header("Retry-After")).isEqualTo("1");
    assertThat(third.text()).isEqualTo(answered.text());
  }

  @Test
  void after_a_fault_of_ours_the_request_can_be_sent_again() {
    things.failing.set(1);

    assertThat(http.post("/v1/things", BODY).status()).isEqualTo(500);
    assertThat(http.post("/v1/things", BODY).status()).isEqualTo(201);
  }

  @RepeatedTest(20)
  void a_refused_request_can_be_corrected_under_the_same_key() {
    assertThat(http.post("/v1/things", "{\"name\": \"x\", \"count\": 11}").status()).isEqualTo(400);
    assertThat(http.post("/v1/things", BODY).status()).isEqualTo(201);
  }

  @Test
  void an_upload_is_known_by_its_content_whatever_the_boundary() {
    var first = http.upload("/v1/uploads", "a.jsonl", "fine-tune", "x".repeat(100_000));
    var second = http.upload("/v1/uploads", "a.jsonl", "fine-tune", "x".repeat(100_000));
    var other = http.upload("/v1/uploads", "a.jsonl", "fine-tune", "y".repeat(100_000));

    assertThat(first.status()).as(first.text()).isEqualTo(200);
    assertThat(first.json().path("bytes").asInt()).isEqualTo(100_000);
    assertThat(second.text()).isEqualTo(first.text());
    assertThat(second.header("idempotent-replayed")).isEqualTo("true");
    assertThat(other.status()).isEqualTo(422);
  }

  @Test
  void a_secret_is_told_once_and_never_kept() {
    assertThat(http.post("/v1/secrets").text()).contains("told once");
    assertThat(http.post("/v1/secrets").text()).isEqualTo("{\"secret\":null}");
  }

  @Test
  void a_stream_is_not_kept() {
    assertThat(http.post("/v1/streams").header("Content-Type")).startsWith("text/event-stream");
    assertThat(http.post("/v1/streams").header("idempotent-replayed")).isEmpty();
  }

  @Test
  void a_key_that_is_no_key_is_refused() {
    var answer = user.with("Idempotency-Key", "x".repeat(256)).post("/v1/things", BODY);

    assertThat(answer.status()).isEqualTo(400);
    assertThat(answer.error().path("code").asString()).isEqualTo("invalid_idempotency_key");
  }
}
