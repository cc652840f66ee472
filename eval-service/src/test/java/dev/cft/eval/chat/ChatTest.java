package dev.cft.eval.chat;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cft.eval.testing.Api;
import dev.cft.eval.testing.EvalServiceTest;
import dev.cft.eval.testing.World;
import dev.cft.store.StoreJson;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import tools.jackson.databind.JsonNode;

@EvalServiceTest
class ChatTest {
  private static final String PATH = "/v1/chat/completions";
  private static final String HELLO =
      "\"messages\": [{\"role\": \"user\", \"content\": \"Hello\"}]";

  @Autowired World world;
  @Autowired ChatGate gate;
  Api api;

  @BeforeEach
  void connect() {
    api = world.api();
    world.model("tiny", 256);
    world.model("endless", 1 << 20);
  }

  private static String ask(String model, String more) {
    return "{\"model\": \"%s\", %s%s}".formatted(model, HELLO, more);
  }

  private List<String> events(String body) throws Exception {
    var response = api.open(PATH, body);
    assertThat(response.statusCode()).isEqualTo(200);
    assertThat(response.headers().firstValue("content-type").orElseThrow())
        .startsWith("text/event-stream");
    try (var lines =
        new BufferedReader(new InputStreamReader(response.body(), StandardCharsets.UTF_8))) {
      return lines
          .lines()
          .filter(line -> line.startsWith("data: "))
          .map(line -> line.substring(6))
          .toList();
    }
  }

  private static JsonNode json(String text) {
    return StoreJson.mapper().readTree(text);
  }

  @Test
  void an_answer_has_openais_shape() {
    var answer = api.post(PATH, ask("tiny", ", \"max_tokens\": 7, \"temperature\": 0")).json();

    assertThat(answer.path("object").asString()).isEqualTo("chat.completion");
    assertThat(answer.path("id").asString()).startsWith("chatcmpl-");
    assertThat(answer.path("model").asString()).isEqualTo("tiny");
    var choice = answer.path("choices").get(0);
    assertThat(choice.path("message").path("role").asString()).isEqualTo("assistant");
    assertThat(choice.path("message").has("refusal")).isTrue();
    assertThat(choice.path("finish_reason").asString()).isIn("stop", "length");
    var usage = answer.path("usage");
    assertThat(usage.path("prompt_tokens").asInt()).isEqualTo("user: Hello\nassistant: ".length());
    assertThat(usage.path("completion_tokens").asInt()).isBetween(1, 7);
    assertThat(usage.path("total_tokens").asInt())
        .isEqualTo(usage.path("prompt_tokens").asInt() + usage.path("completion_tokens").asInt());
  }

  @Test
  void a_seed_repeats_an_answer_and_choices_differ() {
    var body =
        ask("tiny", ", \"max_completion_tokens\": 12, \"temperature\": 1.5, \"seed\": 7, \"n\": 3");

    var first = api.post(PATH, body).json().path("choices");
    var second = api.post(PATH, body).json().path("choices");

    assertThat(first).hasSize(3).isEqualTo(second);
    assertThat(
            first
                .valueStream()
                .map(c -> c.path("message").path("content").asString())
                .collect(Collectors.toSet()))
        .hasSizeGreaterThan(1);
  }

  @Test
  void a_stream_brings_the_same_text_in_pieces_and_ends_with_done() throws Exception {
    var body = ask("tiny", ", \"max_tokens\": 20, \"temperature\": 1, \"seed\": 3");
    var whole = api.post(PATH, body).json();

    var events =
        events(
            body.replaceFirst(
                "}$", ", \"stream\": true, \"stream_options\": {\"include_usage\": true}}"));

    assertThat(events.getLast()).isEqualTo("[DONE]");
    var usage = json(events.get(events.size() - 2));
    assertThat(usage.path("choices")).isEmpty();
    assertThat(usage.path("usage")).isEqualTo(whole.path("usage"));
    var chunks = events.subList(0, events.size() - 2).stream().map(ChatTest::json).toList();
    assertThat(chunks.getFirst().path("object").asString()).isEqualTo("chat.completion.chunk");
    assertThat(chunks.getFirst().path("choices").get(0).path("delta").path("role").asString())
        .isEqualTo("assistant");
    assertThat(chunks.getLast().path("choices").get(0).path("finish_reason"))
        .isEqualTo(whole.path("choices").get(0).path("finish_reason"));
    var text =
        chunks.stream()
            .map(c -> c.path("choices").get(0).path("delta").path("content").asString(""))
            .collect(Collectors.joining());
    assertThat(text)
        .isEqualTo(whole.path("choices").get(0).path("message").path("content").asString());
  }

  @Test
  void several_choices_can_be_streamed_at_once() throws Exception {
    var events = events(ask("tiny", ", \"max_tokens\": 5, \"n\": 2, \"stream\": true"));

    var indices =
        events.stream()
            .filter(e -> e.startsWith("{"))
            .map(e -> json(e).path("choices").get(0).path("index").asInt())
            .collect(Collectors.toSet());
    assertThat(indices).containsExactlyInAnyOrder(0, 1);
    assertThat(events.getLast()).isEqualTo("[DONE]");
  }

  @Test
  void bad_requests_are_refused_with_all_faults() {
    assertThat(
            api.post(
                    PATH,
                    "{\"messages\": [{\"role\": \"tool\", \"content\": 5}], \"temperature\": 9, \"top_k\": 3}")
                .error())
        .isEqualTo(
            "invalid_request | 5 faults: model: is missing; it must be a text; "
                + "messages[0].role: 'tool' is not known; allowed: system, developer, user, assistant; "
                + "messages[0].content: must be an array, got 5; temperature: must be a number from 0 to 2, got 9; "
                + "top_k: unknown field; allowed: frequency_penalty, logit_bias, logprobs, max_completion_tokens, max_tokens, messages, "
                + "metadata, modalities, model, n, parallel_tool_calls, presence_penalty, prompt_cache_key, prompt_cache_retention, "
                + "response_format, safety_identifier, seed, service_tier, stop, store, stream, stream_options, temperature, tool_choice, "
                + "tools, top_logprobs, top_p, user, verbosity");
    assertThat(api.post(PATH, ask("tiny", ", \"logprobs\": true")).error())
        .startsWith("unsupported_parameter | logprobs: this value is not supported");
    assertThat(api.post(PATH, "{\"model\": \"tiny\", \"messages\": []}").error())
        .isEqualTo("invalid_request | messages: must be an array of at least one message");
    var unknown = api.post(PATH, ask("gpt-5", ""));
    assertThat(unknown.status()).isEqualTo(404);
    assertThat(unknown.error()).isEqualTo("model_not_found | model: there is no model 'gpt-5'");
  }

  @Test
  void a_context_that_is_too_long_names_the_limits() {
    var answer = api.post(PATH, ask("tiny", ", \"max_tokens\": 250"));

    assertThat(answer.status()).isEqualTo(400);
    assertThat(answer.error())
        .isEqualTo(
            "context_length_exceeded | This model's context is 256 tokens; the messages have 23 and the answer may have 250. "
                + "Shorten the messages or lower max_completion_tokens.");
  }

  @Test
  void a_client_that_goes_away_stops_the_generation() throws Exception {
    var response =
        api.open(
            PATH, ask("endless", ", \"max_tokens\": 500000, \"temperature\": 0, \"stream\": true"));
    response.body().readNBytes(200);
    assertThat(gate.free()).isEqualTo(1);

    response.body().close();

    await(() -> gate.free() == 2);
  }

  @Test
  void more_requests_than_places_are_told_to_come_back() throws Exception {
    gate.enter();
    gate.enter();
    try {
      var third = api.post(PATH, ask("tiny", ""));

      assertThat(third.status()).isEqualTo(429);
      assertThat(third.error())
          .isEqualTo(
              "rate_limit_exceeded | 2 chat requests are being answered, which is the most here. Try again shortly.");
      assertThat(third.response().headers().firstValue("retry-after")).contains("2");
    } finally {
      gate.leave();
      gate.leave();
    }

    assertThat(api.post(PATH, ask("tiny", ", \"max_tokens\": 5")).status()).isEqualTo(200);
  }

  @Test
  void requests_at_the_same_time_are_answered_together() {
    var body = ask("tiny", ", \"max_tokens\": 30, \"temperature\": 0");
    var alone = api.post(PATH, body).json().path("choices");

    var together =
        List.of(1, 2).stream()
            .map(_ ->
                CompletableFuture.supplyAsync(() -> api.post(PATH, body).json().path("choices")))
            .toList();

    together.forEach(answer -> assertThat(answer.join()).isEqualTo(alone));
  }

  private static void await(java.util.function.BooleanSupplier wanted) throws InterruptedException {
    var deadline = System.nanoTime() + Duration.ofSeconds(30).toNanos();
    while (!wanted.getAsBoolean()) {
      assertThat(System.nanoTime()).as("in time").isLessThan(deadline);
      Thread.sleep(20);
    }
  }
}
