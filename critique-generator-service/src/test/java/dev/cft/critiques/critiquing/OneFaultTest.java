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
import java.util.HashSet;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.web.server.LocalServerPort;
import tools.jackson.databind.JsonNode;

/// Each fault of a provider alone: every fourth row meets it once. Every row has exactly one
/// outcome, the outcome is the fault's, and nothing is asked more often than it must be.
@CritiqueServiceTest
class OneFaultTest {
  private static final int ROWS = 12;
  private static final int FAULTY = 3;

  private final FakeTeacher fake;
  private Api api = new Api(0);

  OneFaultTest(@Autowired FakeTeacher fake) {
    this.fake = fake;
  }

  @BeforeEach
  void connect(@LocalServerPort int port) {
    api = new Api(port);
  }

  /// Named, so that reports tell which.
  record Fault(String name, Behaviour behaviour) {
    @Override
    public String toString() {
      return name;
    }
  }

  private static Fault fault(String name, Behaviour behaviour) {
    return new Fault(name, behaviour);
  }

  static Stream<Fault> passing() {
    return Stream.of(
        fault("429 with Retry-After", busy("0.2")),
        fault("429 with a Retry-After of the past", busy("-5")),
        fault("429 without Retry-After", error(429, "rate_limit_exceeded")),
        fault("500", error(500, "server_error")),
        fault("503", error(503, "overloaded")),
        fault("no answer in time", hang(1_500)),
        fault("a connection cut in the body", cut()),
        fault("half a body", body("{\"id\":\"c1\",\"choices\":[{\"ind")),
        fault("no JSON", body("<html>Bad gateway</html>")),
        fault("JSON that is no completion", body("null")),
        fault(
            "no choices",
            body(
                "{\"id\":\"c1\",\"object\":\"chat.completion\",\"created\":1,\"model\":\"teacher-chaos\",\"choices\":[]}")));
  }

  @ParameterizedTest
  @MethodSource("passing")
  void what_passes_is_asked_again_once(Fault fault) {
    var met = ConcurrentHashMap.<Integer>newKeySet();
    var before = fake.calls("chaos").size();
    fake.usually(
        "chaos",
        (exchange, request) -> {
          var row = row(request);
          (row % 4 == 0 && met.add(row) ? fault.behaviour() : good()).answer(exchange, request);
        });

    var result = done(fault).path("result");

    assertThat(result.path("ok").asInt()).isEqualTo(ROWS);
    assertThat(fake.calls("chaos").size() - before).isEqualTo(ROWS + FAULTY);
  }

  static Stream<Arguments> lasting() {
    return Stream.of(
        Arguments.of(fault("empty content", answer("", "stop")), "rejected", "empty"),
        Arguments.of(fault("length", answer("It goes on", "length")), "rejected", "truncated"),
        Arguments.of(
            fault("a content filter", answer("", "content_filter")), "rejected", "refused"),
        Arguments.of(fault("a refusal", refusal()), "rejected", "refused"),
        Arguments.of(fault("no verdict", answer("Hm.", "stop")), "rejected", "unparsed"),
        Arguments.of(fault("another model", byAnotherModel()), "rejected", "wrong_model"),
        Arguments.of(
            fault("400", error(400, "context_length_exceeded")),
            "failed",
            "teacher_rejected_request"));
  }

  private static Behaviour byAnotherModel() {
    return body(
        """
        {"id":"c1","object":"chat.completion","created":1,"model":"cheap","choices":[{"index":0,
        "finish_reason":"stop","message":{"role":"assistant","content":"Conclusion: right [END]","refusal":null},
        "logprobs":null}],"usage":{"prompt_tokens":100,"completion_tokens":20,"total_tokens":120}}
        """);
  }

  @ParameterizedTest
  @MethodSource("lasting")
  void what_lasts_is_that_rows_outcome_and_asked_once(Fault fault, String status, String reason) {
    var before = fake.calls("chaos").size();
    fake.usually(
        "chaos",
        (exchange, request) ->
            (row(request) % 4 == 0 ? fault.behaviour() : good()).answer(exchange, request));

    var ended = done(fault);

    assertThat(ended.path("result").path("ok").asInt()).isEqualTo(ROWS - FAULTY);
    assertThat(ended.path("result").path(status).asInt()).isEqualTo(FAULTY);
    assertThat(fake.calls("chaos").size() - before).isEqualTo(ROWS);
    rows(ended)
        .filter(row -> row.path("status").asString().equals(status))
        .forEach(row -> assertThat(row.path("reason").asString()).startsWith(reason));
  }

  /// The row that a call is about: its question is "q7?".
  private static int row(JsonNode request) {
    var messages = request.path("messages");
    var user = messages.path(messages.size() - 1).path("content").asString("");
    return Integer.parseInt(user.replaceFirst("(?s).*?\\bq(\\d+)\\?.*", "$1"));
  }

  private JsonNode done(Fault fault) {
    var lines =
        IntStream.range(0, ROWS)
            .mapToObj(i ->
                "{\"question\":\"q%d?\",\"response\":\"%s: it is %d.\"}".formatted(i, fault, i))
            .collect(Collectors.joining("\n"));
    var request = Map.of("input", api.dataset(lines, Map.of()), "teacher", "chaos", "reuse", false);
    var id = api.post("/v1/critiques/jobs", request).ok().text("id");
    var ended = api.ended("/v1/critiques/jobs/" + id, Duration.ofMinutes(2));
    assertThat(ended.path("status").asString()).isEqualTo("succeeded");
    var seqs = new HashSet<Long>();
    rows(ended).forEach(row -> seqs.add(row.path("seq").asLong()));
    assertThat(seqs).hasSize(ROWS);
    return ended;
  }

  private Stream<JsonNode> rows(JsonNode ended) {
    var path = "/v1/datasets/%s/rows?limit=1000".formatted(ended.path("dataset").asString());
    return api.get(path).ok().json().path("data").valueStream();
  }
}
