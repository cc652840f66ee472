package dev.cft.trainer.trainingsets;

import dev.cft.store.StoreJson;
import dev.cft.store.datasets.DatasetRow;
import dev.cft.store.datasets.DatasetRow.Message;
import dev.cft.store.datasets.DatasetRow.Outcome;
import dev.cft.store.datasets.Verdict;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;

/// Reads one row of an uploaded file. Four kinds of row are known by their fields: OpenAI chat
/// (`messages`), alpaca (`instruction`), question rows (`question`) and plain ones (`prompt` with
/// `completion`, or `text`).
final class FileRows {
  private static final Set<String> ROLES = Set.of("system", "developer", "user", "assistant");

  private FileRows() {}

  /// What a line holds: a row ready to train on, or one to select from.
  sealed interface FileRow {
    record Ready(TrainingRow row) implements FileRow {}

    record Question(DatasetRow row) implements FileRow {}
  }

  /// @param place of the row in the file, from 0
  /// @throws MalformedRowException naming the field
  static FileRow parse(String line, long place) {
    try {
      return read(StoreJson.mapper().readTree(line), place);
    } catch (JacksonException notJson) {
      throw new MalformedRowException("is not JSON: " + notJson.getOriginalMessage());
    }
  }

  /// @param place of the row in the file, from 0
  /// @throws MalformedRowException naming the field
  static FileRow read(JsonNode json, long place) {
    if (!json.isObject()) {
      throw new MalformedRowException("is not a JSON object but " + kind(json));
    }
    if (json.has("messages")) {
      return new FileRow.Ready(new TrainingRow.Chat(messages(json.get("messages"))));
    }
    if (json.has("instruction")) {
      return new FileRow.Ready(alpaca(json));
    }
    if (json.has("question")) {
      return new FileRow.Question(question(json, place));
    }
    if (json.has("prompt")) {
      return new FileRow.Ready(
          new TrainingRow.Completion(text(json, "prompt"), text(json, "completion")));
    }
    if (json.has("text")) {
      return new FileRow.Ready(new TrainingRow.Text(text(json, "text")));
    }
    throw new MalformedRowException(
        "has none of the fields messages, instruction, question, prompt, text; it has "
            + json.propertyNames());
  }

  private static List<Message> messages(JsonNode json) {
    if (!json.isArray() || json.isEmpty()) {
      throw new MalformedRowException("messages must be a list of one or more messages");
    }
    var messages = new ArrayList<Message>();
    for (int i = 0; i < json.size(); i++) {
      messages.add(message(json.get(i), "messages[%d]".formatted(i)));
    }
    if (!messages.getLast().role().equals("assistant")) {
      throw new MalformedRowException(
          "messages[%d].role was '%s'; the last message must be the assistant's"
              .formatted(messages.size() - 1, messages.getLast().role()));
    }
    return messages;
  }

  private static Message message(JsonNode json, String at) {
    if (!json.isObject()) {
      throw new MalformedRowException("%s must be an object, was %s".formatted(at, kind(json)));
    }
    JsonNode role = json.path("role");
    if (!role.isString() || !ROLES.contains(role.asString())) {
      throw new MalformedRowException(
          "%s.role was %s; allowed: system, developer, user, assistant"
              .formatted(at, role.isMissingNode() ? "missing" : role));
    }
    JsonNode content = json.path("content");
    if (!content.isString()) {
      throw new MalformedRowException(
          "%s.content must be a text, was %s".formatted(at, kind(content)));
    }
    String wire = role.asString().equals("developer") ? "system" : role.asString();
    return new Message(wire, content.asString());
  }

  /// LLaMA-Factory joins instruction and input by a line end.
  private static TrainingRow alpaca(JsonNode json) {
    String input = json.path("input").isString() ? json.path("input").asString() : "";
    String instruction = text(json, "instruction");
    String user = input.isEmpty() ? instruction : instruction + "\n" + input;
    var chat = TrainingRow.Chat.of(user, text(json, "output"));
    String system = json.path("system").asString("");
    if (system.isEmpty()) {
      return chat;
    }
    var messages = new ArrayList<Message>();
    messages.add(new Message("system", system));
    messages.addAll(chat.messages());
    return new TrainingRow.Chat(messages);
  }

  private static DatasetRow question(JsonNode json, long place) {
    return new DatasetRow(
        place,
        text(json, "question"),
        optional(json, "answer"),
        optional(json, "response"),
        optional(json, "critique"),
        verdict(json),
        null,
        null,
        Outcome.OK,
        null);
  }

  private static @Nullable Verdict verdict(JsonNode json) {
    String verdict = optional(json, "verdict");
    try {
      return verdict == null ? null : Verdict.valueOf(verdict.toUpperCase(Locale.ROOT));
    } catch (IllegalArgumentException unknown) {
      throw new MalformedRowException(
          "verdict was '%s'; allowed: right, wrong, unparsed".formatted(verdict));
    }
  }

  private static String text(JsonNode json, String field) {
    String value = optional(json, field);
    if (value == null) {
      throw new MalformedRowException(field + " is missing; it must be a text");
    }
    return value;
  }

  private static @Nullable String optional(JsonNode json, String field) {
    JsonNode value = json.path(field);
    if (value.isMissingNode() || value.isNull()) {
      return null;
    }
    if (!value.isString()) {
      throw new MalformedRowException("%s must be a text, was %s".formatted(field, kind(value)));
    }
    return value.asString();
  }

  private static String kind(JsonNode json) {
    return json.isMissingNode() ? "missing" : json.getNodeType().name().toLowerCase(Locale.ROOT);
  }
}
