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
import dev.cft.critiques.testing.FakeTeacher.Behaviour;
import java.time.Duration;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.web.server.LocalServerPort;
import tools.jackson.databind.JsonNode;

/// A teacher that does everything wrong that a provider can. After each run every row has exactly
/// one outcome.
@CritiqueServiceTest
class FaultyTeacherTest {
  private static final List<String> OUTCOMES = List.of("ok", "rejected", "failed");

  private final FakeTeacher fake;
  private Api api = new Api(0);

  FaultyTeacherTest(@Autowired FakeTeacher fake) {
    this.fake = fake;
  }

  @BeforeEach
  void connect(@LocalServerPort int port) {
    api = new Api(port);
  }

  private JsonNode done(int rows, String name) {
    var lines =
        IntStream.range(0, rows)
            .mapToObj(
                i -> "{\"question\":\"%s %d?\",\"response\":\"It is %d.\"}".formatted(name, i, i))
            .collect(Collectors.joining("\n"));
    var request = Map.of("input", api.dataset(lines, Map.of()), "teacher", "chaos", "reuse", false);
    var id = api.post("/v1/critiques/jobs", request).ok().text("id");
    var ended = api.ended("/v1/critiques/jobs/" + id, Duration.ofMinutes(3));
    assertExactlyOneOutcomeEach(ended, rows);
    return ended;
  }

  private void assertExactlyOneOutcomeEach(JsonNode ended, int rows) {
    assertThat(ended.path("status").asString()).isEqualTo("succeeded");
    var path = "/v1/datasets/%s/rows?limit=1000".formatted(ended.path("dataset").asString());
    var seqs = new HashSet<Long>();
    api.get(path)
        .ok()
        .json()
        .path("data")
        .forEach(row -> {
          seqs.add(row.path("seq").asLong());
          assertThat(row.path("status").asString()).isIn(OUTCOMES);
          assertThat(row.path("status").asString().equals("ok"))
              .isEqualTo(!row.path("critique").asString("").isBlank());
        });
    assertThat(seqs).hasSize(rows);
  }

  @Test
  void faults_of_every_kind_mixed_at_random() {
    var faults =
        List.<Behaviour>of(
            busy("0.2"),
            error(429, "rate_limit_exceeded"),
            error(500, "server_error"),
            error(503, "overloaded"),
            error(400, "context_length_exceeded"),
            hang(1_500),
            cut(),
            body("{\"id\":\"c1\",\"choices\":[{\"ind"),
            body("<html>Bad gateway</html>"),
            body(
                "{\"id\":\"c1\",\"object\":\"chat.completion\",\"created\":1,\"model\":\"teacher-chaos\",\"choices\":[]}"),
            answer("", "stop"),
            answer("It goes on and", "length"),
            answer("", "content_filter"),
            refusal(),
            body("null"));
    var random = new Random(11);
    var met = new HashMap<Integer, Integer>();
    fake.usually(
        "chaos",
        (exchange, request) -> {
          Behaviour next;
          synchronized (random) {
            var which = random.nextInt(faults.size() * 4);
            met.merge(which, 1, Integer::sum);
            next = which < faults.size() ? faults.get(which) : good();
          }
          next.answer(exchange, request);
        });

    var result = done(250, "mixed").path("result");

    assertThat(met.keySet())
        .contains(IntStream.range(0, faults.size()).boxed().toArray(Integer[]::new));
    assertThat(result.path("ok").asInt()).isGreaterThan(150);
    assertThat(result.path("rejections").path("truncated").asInt()).isPositive();
  }

  @Test
  void a_retry_after_date_is_counted_by_the_providers_own_clock() {
    var provider = ZonedDateTime.now(ZoneOffset.UTC).minusDays(3);
    var calls = new AtomicInteger();
    fake.usually(
        "chaos",
        (exchange, request) -> {
          if (calls.incrementAndGet() == 1) {
            exchange.getResponseHeaders().add("Date", http(provider));
            exchange.getResponseHeaders().add("Retry-After", http(provider.plusSeconds(1)));
            error(429, "rate_limit_exceeded").answer(exchange, request);
          } else {
            good().answer(exchange, request);
          }
        });

    var result = done(3, "skewed").path("result");

    assertThat(result.path("ok").asInt()).isEqualTo(3);
  }

  private static String http(ZonedDateTime time) {
    return DateTimeFormatter.RFC_1123_DATE_TIME.format(time);
  }

  @Test
  void a_teacher_that_slows_down_under_load_is_asked_less_at_a_time() {
    var inFlight = new AtomicInteger();
    fake.usually(
        "chaos",
        (exchange, request) -> {
          // beyond five at a time it takes longer than anybody waits
          var now = inFlight.incrementAndGet();
          try {
            hang(now > 5 ? 1_400 : 20).answer(exchange, request);
          } finally {
            inFlight.decrementAndGet();
          }
        });

    var result = done(150, "slow").path("result");

    assertThat(result.path("ok").asInt() + result.path("failed").asInt()).isEqualTo(150);
    assertThat(result.path("ok").asInt()).isGreaterThan(120);
  }

  @Test
  void nothing_of_the_limit_that_headers_tell_is_exceeded() {
    // 600 a minute, which nobody configured: 10 a second
    var answered = new AtomicInteger();
    fake.usually(
        "chaos",
        (exchange, request) -> {
          var headers = exchange.getResponseHeaders();
          headers.add("x-ratelimit-limit-requests", "600");
          headers.add(
              "x-ratelimit-remaining-requests", Integer.toString(600 - answered.incrementAndGet()));
          hang(50).answer(exchange, request);
        });

    var started = System.nanoTime();
    var result = done(100, "told").path("result");

    assertThat(result.path("ok").asInt()).isEqualTo(100);
    // the first calls learn the limit; about half of the others wait for their turn
    assertThat(Duration.ofNanos(System.nanoTime() - started)).isGreaterThan(Duration.ofSeconds(3));
  }
}
