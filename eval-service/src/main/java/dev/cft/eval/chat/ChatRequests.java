package dev.cft.eval.chat;

import dev.cft.eval.chat.ChatRequest.Sampler;
import dev.cft.eval.requests.Faults;
import dev.cft.eval.requests.Fields;
import dev.cft.lm.ChatMessage;
import dev.cft.service.errors.ApiException;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/// Reads chat requests in OpenAI's shape. What would change the answer and is not supported is
/// refused, never ignored.
final class ChatRequests {
  private static final List<String> ROLES = List.of("system", "developer", "user", "assistant");
  private static final int MOST_CHOICES = 8;

  /// OpenAI's limit.
  private static final int MOST_STOPS = 4;

  /// Keys that do not change an answer.
  private static final List<String> HARMLESS =
      List.of(
          "user",
          "metadata",
          "service_tier",
          "prompt_cache_key",
          "prompt_cache_retention",
          "safety_identifier",
          "parallel_tool_calls",
          "verbosity");

  /// Keys that are taken only where they ask for nothing.
  private static final Map<String, Predicate<JsonNode>> ONLY_IF =
      Map.ofEntries(
          Map.entry("presence_penalty", v -> v.isNumber() && v.asDouble() == 0),
          Map.entry("frequency_penalty", v -> v.isNumber() && v.asDouble() == 0),
          Map.entry("logprobs", v -> v.isBoolean() && !v.asBoolean()),
          Map.entry("top_logprobs", v -> v.isNumber() && v.asInt() == 0),
          Map.entry("logit_bias", v -> v.isObject() && v.isEmpty()),
          Map.entry("store", v -> v.isBoolean() && !v.asBoolean()),
          Map.entry("tools", v -> v.isArray() && v.isEmpty()),
          Map.entry(
              "tool_choice", v -> v.isString() && List.of("none", "auto").contains(v.asString())),
          Map.entry("response_format", v -> v.path("type").asString("").equals("text")),
          Map.entry(
              "modalities",
              v -> v.isArray() && v.size() == 1 && v.get(0).asString("").equals("text")));

  private ChatRequests() {}

  static ChatRequest read(JsonNode body) {
    var faults = new Faults();
    var fields = Fields.of(body, faults);
    var request =
        new ChatRequest(
            fields.text("model"),
            messages(fields),
            sampler(fields),
            maxTokens(fields),
            fields.integer("n", 1, MOST_CHOICES, 1),
            fields.flag("stream", false),
            includeUsage(fields));
    HARMLESS.forEach(fields::raw);
    ONLY_IF.forEach((name, harmless) -> {
      var value = fields.raw(name);
      if (value != null && !harmless.test(value)) {
        throw ApiException.badRequest(
            "unsupported_parameter",
            "%s: this value is not supported by the models served here; leave it out"
                .formatted(name),
            name);
      }
    });
    fields.refuseOthers();
    faults.refuseIfAny("invalid_request");
    return request;
  }

  private static boolean includeUsage(Fields fields) {
    return fields
        .object("stream_options")
        .map(options -> {
          var include = options.flag("include_usage", false);
          options.flag("include_obfuscation", false);
          options.refuseOthers();
          return include;
        })
        .orElse(false);
  }

  private static @Nullable Integer maxTokens(Fields fields) {
    var old = fields.integer("max_tokens", 1, Integer.MAX_VALUE);
    var now = fields.integer("max_completion_tokens", 1, Integer.MAX_VALUE);
    return now == null ? old : now;
  }

  private static Sampler sampler(Fields fields) {
    var stop = fields.stops("stop");
    if (stop.size() > MOST_STOPS) {
      fields.fault("stop", "may have at most %d texts, got %d".formatted(MOST_STOPS, stop.size()));
    }
    var seed = fields.whole("seed", Long.MIN_VALUE, Long.MAX_VALUE);
    return new Sampler(
        fields.number("temperature", 0, 2, 1),
        fields.number("top_p", 1e-6, 1, 1),
        seed == null ? ThreadLocalRandom.current().nextLong() : seed,
        stop);
  }

  private static List<ChatMessage> messages(Fields fields) {
    var messages = fields.objects("messages").stream().map(ChatRequests::message).toList();
    if (messages.isEmpty() && !fields.isFaulty("messages")) {
      fields.fault("messages", "must be an array of at least one message");
    }
    return messages;
  }

  private static ChatMessage message(Fields fields) {
    var role = fields.oneOf("role", ROLES, null);
    fields.raw("name");
    fields.raw("refusal");
    var message = new ChatMessage(role.equals("developer") ? "system" : role, content(fields));
    fields.refuseOthers();
    return message;
  }

  private static String content(Fields fields) {
    var content = fields.raw("content");
    if (content == null) {
      fields.fault("content", "is missing; it must be a text or an array of text parts");
      return "";
    }
    if (content.isString()) {
      return content.asString();
    }
    var text = new StringBuilder();
    for (var part : fields.objects("content")) {
      part.oneOf("type", List.of("text"), null);
      text.append(part.text("text"));
      part.refuseOthers();
    }
    return text.toString();
  }
}
