package dev.cft.gateway.routing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpExchange;
import dev.cft.gateway.GatewayTest;
import dev.cft.service.testing.TestHttp;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RoutingTest extends GatewayTest {
  @Test
  void a_request_reaches_its_service_with_query_key_and_id() {
    TRAINER.answers("/v1/fine_tuning/jobs", 200, "{\"data\": []}");

    var answer =
        user.with("x-request-id", "trace-7")
            .get("/v1/fine_tuning/jobs?limit=5&metadata%5Ba%20b%5D=c%2Fd");

    assertThat(answer.status()).isEqualTo(200);
    assertThat(answer.text()).isEqualTo("{\"data\": []}");
    assertThat(answer.headers().allValues("x-request-id")).containsExactly("trace-7");
    var seen = TRAINER.seen().getFirst();
    assertThat(seen.uri()).startsWith("/v1/fine_tuning/jobs?limit=5&").contains("a%20b", "c%2Fd");
    assertThat(seen.header("X-request-id")).isEqualTo("trace-7");
    assertThat(seen.header("Authorization")).startsWith("Bearer sk-cft-");
  }

  @Test
  void a_service_learns_the_gateway_s_address_and_not_what_the_client_claims() {
    TRAINER.answers("/v1/models", 200, "{}");

    user.with("X-Forwarded-Host", "evil.example")
        .with("X-Forwarded-For", "6.6.6.6")
        .get("/v1/models");

    var seen = TRAINER.seen().getFirst();
    assertThat(seen.header("X-forwarded-host")).isEqualTo("localhost:" + port);
    assertThat(seen.header("X-forwarded-port")).isEqualTo(Integer.toString(port));
    assertThat(seen.header("X-forwarded-proto")).isEqualTo("http");
    assertThat(seen.header("X-forwarded-for")).startsWith("127.0.0.1");
  }

  @Test
  void a_post_is_passed_on_with_its_body_and_its_status() {
    TRAINER.when(
        "/v1/fine_tuning/jobs",
        exchange -> {
          var body = exchange.getRequestBody().readAllBytes();
          exchange.getResponseHeaders().add("Content-Type", "application/json");
          exchange.sendResponseHeaders(201, body.length);
          exchange.getResponseBody().write(body);
        });

    var answer =
        user.with("Idempotency-Key", "k1").post("/v1/fine_tuning/jobs", "{\"model\": \"ü\"}");

    assertThat(answer.status()).isEqualTo(201);
    assertThat(answer.text()).isEqualTo("{\"model\": \"ü\"}");
    var seen = TRAINER.seen().getFirst();
    assertThat(seen.header("Idempotency-key")).isEqualTo("k1");
    assertThat(seen.header("Content-type")).isEqualTo("application/json");
  }

  @Test
  void an_error_of_a_service_is_passed_on_as_it_is() {
    TRAINER.answers("/v1/models/nope", 404, "{\"error\": {\"code\": \"model_not_found\"}}");

    var answer = user.get("/v1/models/nope");

    assertThat(answer.status()).isEqualTo(404);
    assertThat(answer.error().path("code").asString()).isEqualTo("model_not_found");
  }

  @Test
  void without_a_key_nothing_reaches_a_service() {
    assertThat(TestHttp.withoutKey(port).get("/v1/models").status()).isEqualTo(401);
    assertThat(TRAINER.seen()).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({
    "/v1/files",
    "/v1/files/file-1/content",
    "/v1/datasets",
    "/v1/responses/jobs",
    "/v1/critiques",
    "/v1/critiques/jobs",
    "/v1/teachers"
  })
  void a_service_that_is_down_is_named(String path) {
    var answer = user.get(path);

    assertThat(answer.status()).isEqualTo(503);
    assertThat(answer.error().path("code").asString()).isEqualTo("service_unavailable");
    assertThat(answer.error().path("message").asString())
        .contains("critique-generator service cannot be reached")
        .doesNotContain("localhost");
    assertThat(answer.header("Retry-After")).isEqualTo("5");
  }

  @ParameterizedTest
  @CsvSource({"true", "false"})
  void a_service_that_hangs_up_leaves_a_post_in_doubt(boolean hasKey) {
    TRAINER.when("/v1/fine_tuning/jobs", HttpExchange::close);
    var http = hasKey ? user.with("Idempotency-Key", "k2") : user;

    var answer = http.post("/v1/fine_tuning/jobs", "{}");

    assertThat(answer.status()).isEqualTo(502);
    assertThat(answer.error().path("code").asString()).isEqualTo("service_failed");
    assertThat(answer.header("x-should-retry")).isEqualTo(Boolean.toString(hasKey));
  }

  @Test
  void a_service_that_stays_silent_is_given_up() throws Exception {
    var release = new CountDownLatch(1);
    TRAINER.when("/v1/nodes", _ -> await(release));

    var answer = user.get("/v1/nodes");
    release.countDown();

    assertThat(answer.status()).isEqualTo(504);
    assertThat(answer.error().path("code").asString()).isEqualTo("service_timeout");
    assertThat(answer.error().path("message").asString()).contains("trainer");
  }

  /// No clock decides: the service goes on only when the client has its first event.
  @Test
  void events_pass_one_by_one() throws Exception {
    var clientHasFirst = new CountDownLatch(1);
    EVAL.when(
        "/v1/chat/completions",
        exchange -> {
          exchange.getRequestBody().readAllBytes();
          exchange.getResponseHeaders().add("Content-Type", "text/event-stream");
          exchange.sendResponseHeaders(200, 0);
          write(exchange, "data: one\n\n");
          await(clientHasFirst);
          write(exchange, "data: two\n\n");
        });

    var answer =
        TestHttp.client()
            .send(
                user.with("Content-Type", "application/json")
                    .request("POST", "/v1/chat/completions", BodyPublishers.ofString("{}")),
                BodyHandlers.ofInputStream());
    try (var lines = reader(answer.body())) {
      assertThat(lines.readLine()).isEqualTo("data: one");
      clientHasFirst.countDown();
      assertThat(lines.readLine()).isEmpty();
      assertThat(lines.readLine()).isEqualTo("data: two");
    }
    assertThat(answer.headers().firstValue("Content-Type")).contains("text/event-stream");
  }

  @Test
  void when_the_client_goes_away_the_service_notices() throws Exception {
    var gone = new CompletableFuture<String>();
    EVAL.when(
        "/v1/chat/completions",
        exchange -> {
          exchange.getResponseHeaders().add("Content-Type", "text/event-stream");
          exchange.sendResponseHeaders(200, 0);
          try {
            while (!gone.isDone()) {
              write(exchange, "data: on and on\n\n");
              Thread.sleep(5);
            }
          } catch (IOException e) {
            gone.complete("noticed");
          } catch (InterruptedException e) {
            throw new IllegalStateException(e);
          }
        });

    var answer =
        TestHttp.client()
            .send(
                user.request("POST", "/v1/chat/completions", BodyPublishers.ofString("{}")),
                BodyHandlers.ofInputStream());
    answer.body().read();
    answer.body().close();

    assertThat(gone.get(30, TimeUnit.SECONDS)).isEqualTo("noticed");
  }

  @ParameterizedTest
  @CsvSource({"10, 502", "500000, cut"})
  void an_answer_that_breaks_off_is_not_taken_for_a_whole_one(int written, String outcome)
      throws Exception {
    EVAL.when(
        "/v1/evals",
        exchange -> {
          exchange.getResponseHeaders().add("Content-Type", "application/json");
          exchange.sendResponseHeaders(200, 1_000_000);
          exchange.getResponseBody().write(new byte[written]);
          exchange.getResponseBody().flush();
        });
    var request = user.request("GET", "/v1/evals", BodyPublishers.noBody());

    var answer = TestHttp.client().send(request, BodyHandlers.ofInputStream());

    if (outcome.equals("cut")) {
      assertThatThrownBy(() -> answer.body().readAllBytes()).isInstanceOf(IOException.class);
    } else {
      assertThat(answer.statusCode()).isEqualTo(502);
      assertThat(new String(answer.body().readAllBytes(), StandardCharsets.UTF_8))
          .contains("service_failed", "eval service broke off");
    }
  }

  /// The service reads on only when the gateway has sent something although the client has not sent
  /// all: nothing waits for the whole body.
  @Test
  void a_large_upload_passes_unbuffered() throws Exception {
    var size = 50L << 20;
    var serviceHasFirst = new CountDownLatch(1);
    var arrived = new AtomicLong();
    TRAINER.when(
        "/v1/models",
        exchange -> {
          var body = exchange.getRequestBody();
          var buffer = new byte[64 * 1024];
          for (var read = body.read(buffer); read >= 0; read = body.read(buffer)) {
            arrived.addAndGet(read);
            serviceHasFirst.countDown();
          }
          exchange.sendResponseHeaders(204, -1);
        });
    var content =
        new InputStream() {
          private long sent;

          @Override
          public int read() {
            throw new UnsupportedOperationException("read in blocks");
          }

          @Override
          public int read(byte[] buffer, int offset, int length) {
            if (sent >= size) {
              return -1;
            }
            if (sent > (8 << 20)) {
              await(serviceHasFirst);
            }
            var block = (int) Math.min(length, size - sent);
            sent += block;
            return block;
          }
        };

    var answer =
        user.with("Content-Type", "multipart/form-data; boundary=b")
            .send("POST", "/v1/models", BodyPublishers.ofInputStream(() -> content));

    assertThat(answer.status()).isEqualTo(204);
    assertThat(arrived).hasValue(size);
  }

  @RepeatedTest(20)
  void an_upload_refused_early_gets_the_service_s_reason() {
    TRAINER.when(
        "/v1/models",
        exchange -> {
          var bytes =
              "{\"error\": {\"code\": \"file_too_large\"}}".getBytes(StandardCharsets.UTF_8);
          exchange.sendResponseHeaders(413, bytes.length);
          exchange.getResponseBody().write(bytes);
        });

    var answer =
        user.with("Content-Type", "multipart/form-data; boundary=b")
            .send("POST", "/v1/models", BodyPublishers.ofByteArray(new byte[1 << 20]));

    assertThat(answer.status()).isEqualTo(413);
    assertThat(answer.error().path("code").asString()).isEqualTo("file_too_large");
  }

  private static void write(HttpExchange exchange, String text) throws IOException {
    exchange.getResponseBody().write(text.getBytes(StandardCharsets.UTF_8));
    exchange.getResponseBody().flush();
  }

  private static BufferedReader reader(InputStream body) {
    return new BufferedReader(new InputStreamReader(body, StandardCharsets.UTF_8));
  }

  private static void await(CountDownLatch latch) {
    try {
      assertThat(latch.await(60, TimeUnit.SECONDS)).isTrue();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }
}
