package dev.cft.critiques.responses;

import static dev.cft.critiques.testing.FakeTeacher.answer;
import static dev.cft.critiques.testing.FakeTeacher.error;
import static dev.cft.critiques.testing.FakeTeacher.refusal;
import static org.assertj.core.api.Assertions.assertThat;

import dev.cft.critiques.testing.Api;
import dev.cft.critiques.testing.CritiqueServiceTest;
import dev.cft.critiques.testing.FakeTeacher;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.web.server.LocalServerPort;

/// Noisy responses of an endpoint that somebody else runs.
@CritiqueServiceTest
class RemoteResponsesTest {
  private final FakeTeacher fake;
  private Api api = new Api(0);

  RemoteResponsesTest(@Autowired FakeTeacher fake) {
    this.fake = fake;
  }

  @BeforeEach
  void connect(@LocalServerPort int port) {
    api = new Api(port);
  }

  @Test
  void an_endpoint_answers_each_question_n_times_and_is_graded() {
    fake.script(
        "single",
        error(500, "server_error"),
        answer("2 + 2 is 4.\n#### 4", "stop"),
        answer("It is 5.\n#### 5", "length"),
        refusal(),
        error(400, "context_length_exceeded"));
    var before = fake.calls("single").size();
    var input =
        api.dataset(
            """
            {"question":"2+2?","answer":"4"}
            {"question":"3+3?","answer":"6"}
            """,
            Map.of());

    var request =
        Map.of(
            "input",
            input,
            "model",
            "teacher:single",
            "n",
            2,
            "temperature",
            0.7,
            "max_tokens",
            50,
            "seed",
            9,
            "stop",
            List.of("[END]"));
    var id = api.post("/v1/responses/jobs", request).ok().text("id");
    var ended = api.ended("/v1/responses/jobs/" + id, Duration.ofSeconds(60));
    var result = ended.path("result");
    var rows =
        api.get("/v1/datasets/%s/rows".formatted(ended.path("dataset").asString()))
            .ok()
            .json()
            .path("data");

    assertThat(result.path("rows").asInt()).isEqualTo(4);
    assertThat(result.path("correct").asInt()).isEqualTo(1);
    assertThat(result.path("incorrect").asInt()).isEqualTo(1);
    assertThat(result.path("truncated").asInt()).isEqualTo(1);
    assertThat(result.path("rejected").asInt()).isEqualTo(1);
    assertThat(result.path("failed").asInt()).isEqualTo(1);
    assertThat(rows.path(0).path("extra").path("attempts").asInt()).isEqualTo(2);
    assertThat(rows.path(1).path("response").asString()).isEqualTo("It is 5.\n#### 5");
    var calls = fake.calls("single").subList(before, fake.calls("single").size());
    assertThat(calls).hasSize(5);
    var body = calls.getFirst().body();
    assertThat(body.path("temperature").asDouble()).isEqualTo(0.7);
    assertThat(body.path("stop").path(0).asString()).isEqualTo("[END]");
    assertThat(body.path("max_completion_tokens").asInt()).isEqualTo(50);
    var seeds = new HashSet<Long>();
    calls.forEach(call -> seeds.add(call.body().path("seed").asLong()));
    assertThat(seeds).as("one for each sample").hasSize(4);
  }

  @Test
  void the_built_in_checker_answers_no_questions() {
    var input = api.dataset("{\"question\":\"a\"}", Map.of());

    assertThat(
            api.post("/v1/responses/jobs", Map.of("input", input, "model", "teacher:arithmetic"))
                .message())
        .contains("There is no teacher 'arithmetic' that answers questions; there are [batch,");
  }
}
