package dev.cft.critiques.critiquing;

import static dev.cft.critiques.testing.FakeTeacher.answer;
import static dev.cft.critiques.testing.FakeTeacher.good;
import static org.assertj.core.api.Assertions.assertThat;

import dev.cft.critiques.testing.Api;
import dev.cft.critiques.testing.CritiqueServiceTest;
import dev.cft.critiques.testing.FakeTeacher;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.web.server.LocalServerPort;
import tools.jackson.databind.JsonNode;

/// Several teachers, several critiques of a row, critiques that are stored already, verdicts read
/// again.
@CritiqueServiceTest
class ManyCritiquesTest {
  private final FakeTeacher fake;
  private Api api = new Api(0);

  ManyCritiquesTest(@Autowired FakeTeacher fake) {
    this.fake = fake;
  }

  @BeforeEach
  void connect(@LocalServerPort int port) {
    api = new Api(port);
  }

  /// Rows that no other test has.
  private String rows(String name, int count) {
    return api.dataset(
        IntStream.range(0, count)
            .mapToObj(i ->
                "{\"question\":\"%s %d?\",\"answer\":\"4\",\"response\":\"It is %d.\"}"
                    .formatted(name, i, i % 2 == 0 ? 4 : 5))
            .collect(Collectors.joining("\n")),
        Map.of());
  }

  private JsonNode done(Map<String, Object> request) {
    var id = api.post("/v1/critiques/jobs", request).ok().text("id");
    return api.ended("/v1/critiques/jobs/" + id, Duration.ofSeconds(60));
  }

  private List<JsonNode> outputs(JsonNode job) {
    var path = "/v1/datasets/%s/rows?limit=1000".formatted(job.path("dataset").asString());
    var rows = new ArrayList<JsonNode>();
    api.get(path).ok().json().path("data").forEach(rows::add);
    return rows;
  }

  @Test
  void each_row_goes_to_every_teacher_so_often_as_asked() {
    var ended =
        done(Map.of("input", rows("all", 3), "teachers", List.of("steady", "arithmetic"), "n", 2));

    var rows = outputs(ended);
    assertThat(ended.path("progress").path("total").asInt()).isEqualTo(12);
    assertThat(ended.path("result").path("ok").asInt()).isEqualTo(12);
    assertThat(ended.path("result").path("teachers").path("steady").path("ok").asInt())
        .isEqualTo(6);
    assertThat(rows).hasSize(12);
    assertThat(rows.subList(4, 8))
        .extracting(
            row -> row.path("extra").path("teacher").asString(),
            row -> row.path("extra").path("input_seq").asInt(),
            row -> row.path("extra").path("critique_sample").asInt(0))
        .containsExactly(
            org.assertj.core.groups.Tuple.tuple("steady", 1, 0),
            org.assertj.core.groups.Tuple.tuple("steady", 1, 1),
            org.assertj.core.groups.Tuple.tuple("arithmetic", 1, 0),
            org.assertj.core.groups.Tuple.tuple("arithmetic", 1, 1));
  }

  @Test
  void a_stored_critique_is_not_paid_for_again_unless_told() {
    var rows = rows("stored", 4);
    done(Map.of("input", rows, "teacher", "priced"));
    var before = fake.calls("priced").size();

    var again = done(Map.of("input", rows, "teacher", "priced"));
    var estimate =
        api.post("/v1/critiques/jobs", Map.of("input", rows, "teacher", "priced", "dry_run", true))
            .ok()
            .json();
    var client =
        api.post(
                "/v1/critiques",
                Map.of("teacher", "priced", "question", "stored 1?", "response", "It is 5."))
            .ok()
            .json();

    assertThat(fake.calls("priced")).hasSize(before);
    assertThat(again.path("result").path("reused").asInt()).isEqualTo(4);
    assertThat(again.path("result").path("cost_usd").asDouble()).isZero();
    assertThat(outputs(again).getFirst().path("extra").path("reused_from").asString())
        .startsWith("ds-");
    assertThat(estimate.path("reused").asInt()).isEqualTo(4);
    assertThat(estimate.path("cost_usd").asDouble()).isZero();
    assertThat(client.path("reused").asBoolean()).isTrue();
    assertThat(client.path("verdict").asString()).isEqualTo("wrong");

    var paid = done(Map.of("input", rows, "teacher", "priced", "reuse", false));
    assertThat(fake.calls("priced")).hasSize(before + 4);
    assertThat(paid.path("result").path("cost_usd").asDouble()).isPositive();
  }

  @Test
  void a_second_critique_of_a_row_is_another_one() {
    var rows = rows("second", 2);
    done(Map.of("input", rows, "teacher", "priced"));
    var before = fake.calls("priced").size();

    var two = done(Map.of("input", rows, "teacher", "priced", "n", 2));

    assertThat(fake.calls("priced")).hasSize(before + 2);
    assertThat(two.path("result").path("reused").asInt()).isEqualTo(2);
    assertThat(two.path("result").path("ok").asInt()).isEqualTo(4);
  }

  @Test
  void verdicts_are_read_again_without_a_call() {
    fake.script("single", answer("All of it is right.", "stop"), answer("", "stop"), good());
    var first = done(Map.of("input", rows("again", 3), "teacher", "single", "reuse", false));
    var before = fake.calls("single").size();
    var path = "/v1/critiques/jobs/" + first.path("id").asString() + "/reparse";

    var again = api.post(path, Map.of("rule", "last-word-v1")).ok().text("id");
    var ended = api.ended("/v1/critiques/jobs/" + again, Duration.ofSeconds(60));

    assertThat(first.path("result").path("unparsed").asInt()).isEqualTo(1);
    assertThat(fake.calls("single")).hasSize(before);
    assertThat(ended.path("result").path("ok").asInt()).isEqualTo(2);
    assertThat(ended.path("result").path("rejections")).hasToString("{\"empty\":1}");
    assertThat(outputs(ended).getFirst().path("critique").asString())
        .isEqualTo("All of it is right.");
    assertThat(api.post(path, Map.of("rule", "v9")).message())
        .contains("There is no rule 'v9'; there are [conclusion-v1, last-word-v1]");
    assertThat(api.post(path, Map.of("right_pattern", "(")).code()).isEqualTo("invalid_pattern");
    assertThat(api.post(path, Map.of()).code()).isEqualTo("ambiguous_request");
  }

  @Test
  void an_answer_by_another_model_is_no_critique() {
    fake.script(
        "single",
        FakeTeacher.body(
            "{\"id\":\"c\",\"object\":\"chat.completion\",\"created\":1,\"model\":\"cheap-one\",\"choices\":[{\"index\":0,\"finish_reason\":\"stop\",\"message\":{\"role\":\"assistant\",\"content\":\"Conclusion: right\",\"refusal\":null},\"logprobs\":null}],\"usage\":{\"prompt_tokens\":1,\"completion_tokens\":1,\"total_tokens\":2}}"));

    var ended = done(Map.of("input", rows("model", 2), "teacher", "single", "reuse", false));

    assertThat(ended.path("result").path("rejections")).hasToString("{\"wrong_model\":1}");
    assertThat(outputs(ended).getFirst().path("extra").path("model").asString())
        .isEqualTo("cheap-one");
  }

  @Test
  void wrong_requests_are_told_what_is_wrong() {
    var rows = rows("wrong", 1);

    assertThat(
            api.post(
                    "/v1/critiques/jobs",
                    Map.of("input", rows, "teachers", List.of("steady", "steady")))
                .code())
        .isEqualTo("duplicate_teacher");
    assertThat(
            api.post(
                    "/v1/critiques/jobs",
                    Map.of("input", rows, "teachers", List.of("steady"), "teacher", "steady"))
                .code())
        .isEqualTo("ambiguous_request");
    assertThat(api.post("/v1/critiques/jobs", Map.of("input", rows, "n", 17)).status())
        .isEqualTo(400);
    assertThat(api.post("/v1/critiques/jobs", Map.of("input", rows, "mode", "fast")).message())
        .contains("online or batch");
  }
}
