package dev.cft.eval.endpoints;

import dev.cft.store.Columns;
import dev.cft.store.StoreJson;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// Speaks OpenAI's chat completions, and completions for raw prompts.
final class EndpointClient {
  /// An answer longer than this is nonsense.
  private static final int MOST_BYTES = 16 << 20;

  private static final int LONGEST_MESSAGE = 300;

  private final EndpointSettings settings;
  private final @Nullable String key;
  private final HttpClient http;

  EndpointClient(EndpointSettings settings, @Nullable String key, HttpClient http) {
    this.settings = settings;
    this.key = key;
    this.http = http;
  }

  Answer send(CompletionCall call) throws InterruptedException {
    try {
      var response = http.send(request(call), BodyHandlers.ofInputStream());
      byte[] body;
      try (var in = response.body()) {
        body = in.readNBytes(MOST_BYTES);
      }
      return read(response, new String(body, StandardCharsets.UTF_8), call);
    } catch (IOException e) {
      var why = e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage();
      return new Answer.Again("the endpoint does not answer: " + shortened(why), null, false);
    }
  }

  private HttpRequest request(CompletionCall call) {
    var base = settings.baseUrl().toString().replaceAll("/+$", "");
    var request =
        HttpRequest.newBuilder(
                URI.create(base + (call.isRaw() ? "/completions" : "/chat/completions")))
            .timeout(settings.timeout())
            .header("Content-Type", "application/json")
            .header("Idempotency-Key", "cft-eval-" + UUID.randomUUID())
            .POST(HttpRequest.BodyPublishers.ofString(body(call).toString()));
    if (key != null) {
      request.header("Authorization", "Bearer " + key);
    }
    return request.build();
  }

  private ObjectNode body(CompletionCall call) {
    var body = StoreJson.mapper().createObjectNode().put("model", settings.model());
    if (call.isRaw()) {
      body.put("prompt", call.messages().getFirst().content());
    } else {
      body.set("messages", StoreJson.mapper().valueToTree(call.messages()));
    }
    body.put("temperature", call.temperature()).put("top_p", call.topP());
    body.put(call.isRaw() ? "max_tokens" : settings.maxTokensField(), call.maxTokens());
    var stops = StopTexts.sent(call.stop(), settings.mostStops());
    if (!stops.isEmpty()) {
      body.set("stop", StoreJson.mapper().valueToTree(stops));
    }
    if (settings.sendsSeed()) {
      // Some servers keep seeds in 32 bits and refuse others.
      body.put("seed", call.seed() & Integer.MAX_VALUE);
    }
    return body;
  }

  private Answer read(HttpResponse<?> response, String body, CompletionCall call) {
    if (response.statusCode() / 100 != 2) {
      return EndpointErrors.read(response, body);
    }
    try {
      return read(StoreJson.mapper().readTree(body), call);
    } catch (JacksonException _) {
      return nonsense("no JSON: " + shortened(body));
    }
  }

  private static Answer read(@Nullable JsonNode json, CompletionCall call) {
    if (json == null || !json.path("choices").path(0).isObject()) {
      return nonsense("no choices: " + shortened(String.valueOf(json)));
    }
    var choice = json.path("choices").path(0);
    var text = call.isRaw() ? choice.path("text") : choice.path("message").path("content");
    var refusal = choice.path("message").path("refusal");
    if (!text.isString() && !refusal.isString() && !choice.path("message").has("content")) {
      return nonsense("a choice without text: " + shortened(choice.toString()));
    }
    var usage = json.path("usage");
    var whole = Columns.text(text.isString() ? text.asString() : refusal.asString(""));
    var cut = StopTexts.cut(whole, call.stop());
    return new Answer.Done(
        new Completion(
            cut,
            cut.equals(whole) ? choice.path("finish_reason").asString("stop") : "stop",
            usage.path("prompt_tokens").asInt(0),
            usage.path("completion_tokens").asInt(0)));
  }

  private static Answer nonsense(String what) {
    return new Answer.Again("the endpoint answered with " + what, null, true);
  }

  static String shortened(String text) {
    var line = text.replaceAll("\\s+", " ").replaceAll("sk-[\\w*-]{4,}", "sk-…").strip();
    return line.length() <= LONGEST_MESSAGE ? line : line.substring(0, LONGEST_MESSAGE) + "…";
  }
}
