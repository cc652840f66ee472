package dev.cft.eval.comparisons;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cft.eval.testing.Api;
import dev.cft.eval.testing.EvalServiceTest;
import dev.cft.eval.testing.FakeEndpoint;
import dev.cft.eval.testing.FakeEndpoint.Said;
import dev.cft.eval.testing.World;
import dev.cft.store.jobs.JobStatus;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.test.context.DynamicPropertyRegistry;
import org.springframework.test.context.DynamicPropertySource;

@EvalServiceTest
class ComparisonsTest {
  private static final FakeEndpoint GOOD = new FakeEndpoint();
  private static final FakeEndpoint BAD = new FakeEndpoint();

  @Autowired World world;
  Api api;

  @DynamicPropertySource
  static void endpoints(DynamicPropertyRegistry properties) {
    properties.add("cft.endpoints.good.base-url", GOOD::address);
    properties.add("cft.endpoints.good.model", () -> "good");
    properties.add("cft.endpoints.bad.base-url", BAD::address);
    properties.add("cft.endpoints.bad.model", () -> "bad");
  }

  @BeforeEach
  void connect() {
    api = world.api();
    GOOD.says(
        body -> Said.text(answer(body.path("messages").get(0).path("content").asString(), 10)));
    BAD.says(body -> Said.text(answer(body.path("messages").get(0).path("content").asString(), 3)));
  }

  /// Right unless the number is a multiple.
  private static String answer(String question, int multiple) {
    var number = Integer.parseInt(question);
    return number % multiple == 0 ? "-1" : question;
  }

  private String eval(int rows) {
    var content =
        IntStream.range(0, rows)
            .mapToObj(i -> "{\"question\": \"%d\", \"answer\": \"%d\"}\n".formatted(i, i))
            .collect(Collectors.joining());
    return api.post("/v1/evals", "{\"input\": \"%s\"}".formatted(world.file(content)))
        .json()
        .path("id")
        .asString();
  }

  private String run(String eval, String endpoint) throws InterruptedException {
    var run =
        api.post(
                "/v1/evals/%s/runs".formatted(eval),
                "{\"model\": \"endpoint:%s\"}".formatted(endpoint))
            .json()
            .path("id")
            .asString();
    assertThat(world.ended(run).status()).isEqualTo(JobStatus.SUCCEEDED);
    return run;
  }

  private Api.Answer compare(String baseline, String candidate, String more) {
    return api.post(
        "/v1/evals/comparisons",
        "{\"baseline\": \"%s\", \"candidate\": \"%s\"%s}".formatted(baseline, candidate, more));
  }

  @Test
  void runs_are_compared_item_by_item_and_a_policy_decides() throws InterruptedException {
    var eval = eval(120);
    var good = run(eval, "good");
    var bad = run(eval, "bad");

    var json = compare(bad, good, ", \"policy\": {\"min_difference\": 0.05}").json();

    var pairs = json.path("pairs");
    assertThat(json.path("items").asInt()).isEqualTo(120);
    assertThat(pairs.path("both_right").asInt()).isEqualTo(72);
    assertThat(pairs.path("only_candidate").asInt()).isEqualTo(36);
    assertThat(pairs.path("only_baseline").asInt()).isEqualTo(8);
    assertThat(pairs.path("both_wrong").asInt()).isEqualTo(4);
    assertThat(pairs.path("lost").get(0).asInt()).isEqualTo(10);
    assertThat(pairs.path("mcnemar_p").asDouble()).isLessThan(1e-4);
    assertThat(json.path("difference").asDouble())
        .isEqualTo(28 / 120.0, org.assertj.core.data.Offset.offset(1e-9));
    assertThat(json.path("gate").path("decision").asString()).isEqualTo("go");
    assertThat(json.path("warnings")).isEmpty();
    assertThat(
            compare(good, bad, ", \"policy\": {}").json().path("gate").path("decision").asString())
        .isEqualTo("no-go");
    assertThat(
            compare(bad, good, ", \"policy\": {\"min_difference\": 0.2}")
                .json()
                .path("gate")
                .path("decision")
                .asString())
        .isEqualTo("inconclusive");
    assertThat(
            compare(bad, good, ", \"policy\": {\"min_items\": 500}")
                .json()
                .path("gate")
                .path("reason")
                .asString())
        .isEqualTo("120 pairs are fewer than the policy's 500");
  }

  @Test
  void what_cannot_be_compared_is_refused_with_the_reason() throws InterruptedException {
    var one = run(eval(5), "good");
    var other = run(eval(6), "good");

    assertThat(compare(one, other, "").error())
        .startsWith("not_comparable | The runs are on different items");
    assertThat(compare(one, "evalrun_no", "").error())
        .isEqualTo("run_not_found | candidate: there is no run 'evalrun_no'");
    assertThat(compare(one, one, ", \"policy\": {\"min\": 1}").error())
        .startsWith("invalid_comparison | policy.min: unknown field");
  }

  @Test
  void a_run_is_exported_as_lines_and_as_parquet() throws InterruptedException {
    var eval = eval(7);
    var path = "/v1/evals/%s/runs/%s/export".formatted(eval, run(eval, "bad"));

    var lines = api.get(path).text().lines().toList();

    assertThat(lines).hasSize(7);
    assertThat(lines.get(3))
        .contains("\"item\":{\"question\":\"3\",\"answer\":\"3\"}", "\"status\":\"FAIL\"");
    assertThat(api.get(path + "?format=parquet").text()).startsWith("PAR1").endsWith("PAR1");
    assertThat(api.get(path + "?format=xls").error())
        .isEqualTo("invalid_format | format: 'xls' is not known; allowed: jsonl, parquet");
  }
}
