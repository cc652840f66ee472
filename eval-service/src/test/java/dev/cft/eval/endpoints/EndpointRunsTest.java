package dev.cft.eval.endpoints;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cft.eval.testing.Api;
import dev.cft.eval.testing.EvalServiceTest;
import dev.cft.eval.testing.FakeEndpoint;
import dev.cft.eval.testing.FakeEndpoint.Said;
import dev.cft.eval.testing.World;
import dev.cft.store.jobs.JobStatus;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.test.context.DynamicPropertyRegistry;
import org.springframework.test.context.DynamicPropertySource;
import tools.jackson.databind.JsonNode;

@EvalServiceTest
class EndpointRunsTest {
  private static final FakeEndpoint ENDPOINT = new FakeEndpoint();

  @Autowired World world;
  Api api;

  @DynamicPropertySource
  static void endpoint(DynamicPropertyRegistry properties) {
    properties.add("cft.endpoints.fake.base-url", ENDPOINT::address);
    properties.add("cft.endpoints.fake.model", () -> "stranger");
    properties.add("cft.endpoints.fake.concurrency", () -> "4");
    properties.add("cft.endpoints.fake.max-attempts", () -> "3");
    properties.add("cft.endpoints.fake.rest", () -> "200ms");
  }

  @BeforeEach
  void connect() {
    api = world.api();
  }

  private String eval(int rows, int offset) {
    var content =
        IntStream.range(offset, offset + rows)
            .mapToObj(i ->
                "{\"id\": \"q%d\", \"question\": \"What is %d + 0?\", \"answer\": \"%d\"}\n"
                    .formatted(i, i, i))
            .collect(Collectors.joining());
    var eval = api.post("/v1/evals", "{\"input\": \"%s\"}".formatted(world.file(content)));
    assertThat(eval.status()).as(eval.text()).isEqualTo(201);
    return eval.json().path("id").asString();
  }

  private String run(String eval, String more) {
    var run =
        api.post(
            "/v1/evals/%s/runs".formatted(eval),
            "{\"model\": \"endpoint:fake\"%s}".formatted(more));
    assertThat(run.status()).as(run.text()).isEqualTo(201);
    return run.json().path("id").asString();
  }

  private JsonNode ended(String eval, String run) throws InterruptedException {
    var job = world.ended(run);
    assertThat(job.status()).as(job.state().toString()).isEqualTo(JobStatus.SUCCEEDED);
    return api.get("/v1/evals/%s/runs/%s".formatted(eval, run)).json();
  }

  private static String number(JsonNode body) {
    var messages = body.path("messages");
    return messages
        .get(messages.size() - 1)
        .path("content")
        .asString()
        .replaceAll("\\D+(\\d+) \\+ 0.*", "$1");
  }

  @Test
  void an_endpoint_answers_a_run_and_nothing_is_asked_twice() throws InterruptedException {
    ENDPOINT.says(body -> Said.text("The answer is " + number(body)));
    var eval = eval(40, 1000);

    var json = ended(eval, run(eval, ", \"max_tokens\": 99"));

    assertThat(json.path("result_counts").path("passed").asInt()).isEqualTo(40);
    assertThat(json.path("per_model_usage").get(0).path("completion_tokens").asInt())
        .isEqualTo(200);
    assertThat(ENDPOINT.asked()).hasSize(40);
    assertThat(ENDPOINT.asked().getFirst().path("max_tokens").asInt()).isEqualTo(99);
    assertThat(ENDPOINT.asked().getFirst().path("model").asString()).isEqualTo("stranger");

    ENDPOINT.says(_ -> Said.text("never asked"));
    var again = ended(eval, run(eval, ", \"max_tokens\": 99"));
    assertThat(again.path("accuracy").asDouble()).isEqualTo(1.0);
    assertThat(ENDPOINT.asked()).isEmpty();

    var fresh = ended(eval, run(eval, ", \"max_tokens\": 99, \"fresh\": true"));
    assertThat(fresh.path("accuracy").asDouble()).isZero();
    assertThat(ENDPOINT.asked()).hasSize(40);
  }

  @Test
  void nonsense_errors_its_own_items_only() throws InterruptedException {
    ENDPOINT.says(body ->
        switch (Integer.parseInt(number(body)) % 4) {
          case 0 -> new Said(200, "<html>surprise</html>", "");
          case 1 -> new Said(200, "{\"choices\": []}", "");
          case 2 -> Said.error(400, "too_silly");
          default -> Said.text("#### " + number(body), "length");
        });
    var eval = eval(8, 2000);

    var json = ended(eval, run(eval, ""));

    var counts = json.path("result_counts");
    assertThat(counts.path("errored").asInt()).isEqualTo(6);
    assertThat(counts.path("passed").asInt()).isEqualTo(2);
    assertThat(counts.path("truncated").asInt()).isEqualTo(2);
    var items =
        api.get("/v1/evals/%s/runs/%s/output_items".formatted(eval, json.path("id").asString()))
            .json()
            .path("data");
    assertThat(items.get(0).path("sample").path("error").path("code").asString())
        .isEqualTo("endpoint_nonsense");
    assertThat(items.get(0).path("sample").path("error").path("message").asString())
        .isEqualTo("the endpoint answered with no JSON: <html>surprise</html>");
    assertThat(items.get(2).path("sample").path("error").path("code").asString())
        .isEqualTo("too_silly");
    assertThat(
            api.get(
                    "/v1/evals/%s/runs/%s/output_items?outcome=truncated"
                        .formatted(eval, json.path("id").asString()))
                .json()
                .path("data"))
        .hasSize(2);
  }

  @Test
  void an_endpoint_that_is_busy_is_asked_again_as_it_wishes() throws InterruptedException {
    var calls = new AtomicInteger();
    ENDPOINT.says(body ->
        calls.incrementAndGet() <= 2
            ? new Said(429, "{\"error\": {\"code\": \"slow_down\", \"message\": \"busy\"}}", "0.05")
            : Said.text(number(body)));
    var eval = eval(3, 3000);

    assertThat(ended(eval, run(eval, "")).path("accuracy").asDouble()).isEqualTo(1.0);
    assertThat(calls.get()).isEqualTo(5);
  }

  @Test
  void an_endpoint_that_is_down_parks_the_run_until_it_is_back() throws InterruptedException {
    ENDPOINT.says(_ -> Said.error(503, "down"));
    var eval = eval(6, 4000);
    var run = run(eval, "");
    world.await(run, job -> job.state().toString().contains("503"));

    ENDPOINT.says(body -> Said.text(number(body)));

    assertThat(ended(eval, run).path("accuracy").asDouble()).isEqualTo(1.0);
  }

  @Test
  void a_wrong_key_fails_the_run_at_once() throws InterruptedException {
    ENDPOINT.says(_ -> Said.error(401, "invalid_api_key"));
    var eval = eval(6, 5000);

    var job = world.ended(run(eval, ""));

    assertThat(job.state().toString()).contains("endpoint_refused", "401 told so");
  }

  @Test
  void an_unknown_endpoint_is_told_with_the_known_ones() {
    var eval = eval(1, 6000);

    assertThat(
            api.post("/v1/evals/%s/runs".formatted(eval), "{\"model\": \"endpoint:gpt\"}").error())
        .isEqualTo(
            "model_not_found | model: there is no endpoint 'endpoint:gpt'; configured: [fake]");
    assertThat(api.get("/v1/endpoints").json().path("data").get(0).path("id").asString())
        .isEqualTo("endpoint:fake");
  }

  @Test
  void several_samples_give_pass_at_k_and_the_majority() throws InterruptedException {
    var calls = new AtomicInteger();
    ENDPOINT.says(body ->
        Said.text(
            body.path("seed").asInt() % 3 == 0 || calls.incrementAndGet() < 0
                ? "7"
                : number(body)));
    var eval = eval(5, 7000);

    var json = ended(eval, run(eval, ", \"n\": 8, \"temperature\": 0.7, \"seed\": 3"));

    assertThat(json.path("result_counts").path("total").asInt()).isEqualTo(40);
    var metrics = json.path("metrics");
    assertThat(metrics.propertyNames())
        .containsExactlyInAnyOrder(
            "accuracy",
            "accuracy.strict",
            "avg@8",
            "pass@1",
            "pass@2",
            "pass@4",
            "pass@8",
            "maj@2",
            "maj@4",
            "maj@8");
    assertThat(metrics.path("pass@1").path("value").asDouble())
        .isEqualTo(
            metrics.path("avg@8").path("value").asDouble(),
            org.assertj.core.data.Offset.offset(1e-12));
    assertThat(metrics.path("pass@8").path("value").asDouble()).isEqualTo(1.0);
    assertThat(
            api.post(
                    "/v1/evals/%s/runs".formatted(eval), "{\"model\": \"endpoint:fake\", \"n\": 2}")
                .error())
        .startsWith("invalid_run | n: more than one sample needs a temperature above 0");
  }

  @Test
  void two_stage_critique_stops_when_the_model_is_content() throws InterruptedException {
    ENDPOINT.says(body -> {
      var text = body.path("messages").get(0).path("content").asString();
      if (!text.startsWith("Please critique")) {
        return Said.text("a try: 8001");
      }
      return Said.text(
          text.contains("8001 + 0") ? "Critique Conclusion: Correct" : "Conclusion: Incorrect");
    });
    var eval = eval(2, 8000);

    var json = ended(eval, run(eval, ", \"mode\": \"two_stage_critique\", \"rounds\": 3"));

    assertThat(json.path("mode").asString()).isEqualTo("two_stage_critique");
    assertThat(json.path("result_counts").path("passed").asInt()).isEqualTo(1);
    var items =
        api.get("/v1/evals/%s/runs/%s/output_items".formatted(eval, json.path("id").asString()))
            .json()
            .path("data");
    assertThat(items.get(0).path("sample").path("steps")).hasSize(5);
    assertThat(items.get(1).path("sample").path("steps")).hasSize(2);
    assertThat(items.get(1).path("sample").path("steps").get(1).path("role").asString())
        .isEqualTo("critique");
  }

  @Test
  void sample_ids_name_items_by_their_own_ids_or_places() throws InterruptedException {
    ENDPOINT.says(body -> Said.text(number(body)));
    var eval = eval(9, 9000);

    var json = ended(eval, run(eval, ", \"sample_ids\": [\"q9003\", 8]"));

    assertThat(json.path("result_counts").path("total").asInt()).isEqualTo(2);
    assertThat(ENDPOINT.asked().stream().map(EndpointRunsTest::number).toList())
        .containsExactlyInAnyOrder("9003", "9008");
    assertThat(
            api.post(
                    "/v1/evals/%s/runs".formatted(eval),
                    "{\"model\": \"endpoint:fake\", \"sample_ids\": [\"q1\", 9]}")
                .error())
        .contains("'9' is no id of an item and no place from 0 to 8", "there is no item 'q1'");
  }
}
