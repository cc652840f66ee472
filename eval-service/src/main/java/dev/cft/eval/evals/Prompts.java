package dev.cft.eval.evals;

import dev.cft.eval.requests.Fields;
import java.util.ArrayList;
import java.util.List;
import tools.jackson.databind.JsonNode;

/// Reads `input_messages`: `{"type": "template", "template": [{"role", "content"}, …]}`.
public final class Prompts {
  private Prompts() {}

  /// The messages of a request, faults told; empty where there are none.
  public static List<PromptMessage> read(Fields request) {
    return request
        .object("input_messages")
        .map(fields -> {
          fields.oneOf("type", List.of("template"), null);
          var messages = fields.objects("template").stream().map(Prompts::message).toList();
          if (messages.isEmpty()) {
            fields.fault("template", "needs at least one message");
          }
          fields.refuseOthers();
          return messages;
        })
        .orElse(List.of());
  }

  /// One message, faults told.
  public static PromptMessage message(Fields fields) {
    fields.oneOf("type", List.of("message"), "message");
    var message =
        new PromptMessage(fields.oneOf("role", PromptMessage.ROLES, null), content(fields));
    message.template().objections(false).forEach(objection -> fields.fault("content", objection));
    fields.refuseOthers();
    return message;
  }

  private static String content(Fields fields) {
    var raw = fields.raw("content");
    if (raw == null || raw.isString()) {
      return fields.text("content");
    }
    return String.join("", texts(raw, fields));
  }

  private static List<String> texts(JsonNode content, Fields fields) {
    var texts = new ArrayList<String>();
    for (var part : content.isArray() ? content : List.of(content)) {
      if (part.isObject() && part.path("text").isString()) {
        texts.add(part.path("text").asString());
      } else {
        fields.fault("content", "must be a text or {\"type\": \"input_text\", \"text\": …}");
      }
    }
    return texts;
  }
}
