package dev.cft.critiques.rows;

import dev.cft.store.datasets.DatasetRow;
import dev.cft.store.datasets.DatasetRow.Message;
import dev.cft.store.datasets.DatasetRow.Outcome;
import dev.cft.store.datasets.Verdict;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/// Makes a dataset row of a file's row.
public final class RowParser {
  private static final Set<String> ROLES = Set.of("system", "user", "assistant");
  private static final Set<String> MESSAGE_FIELDS = Set.of("role", "content");
  private static final Set<String> ALPACA_FIELDS =
      Set.of("instruction", "input", "output", "system");

  private final FieldMapping mapping;

  public RowParser(FieldMapping mapping) {
    this.mapping = mapping;
  }

  /// The dataset row, with the row's index as its `seq`.
  ///
  /// @throws RowFormatException naming line and field
  public DatasetRow parse(RawRow raw) {
    if (!mapping.sources().isEmpty()) {
      return mapping.sources().containsKey("messages") ? chat(raw) : platform(raw);
    }
    var shape =
        RowShape.of(raw.json())
            .orElseThrow(() ->
                new RowFormatException(
                    raw.line(),
                    null,
                    "has the fields %s; %s. Other names can be mapped: upload with purpose user_data and name them in `fields` of POST /v1/datasets."
                        .formatted(raw.json().propertyNames(), RowShape.EXPECTED)));
    return switch (shape) {
      case PLATFORM -> platform(raw);
      case CHAT -> chat(raw);
      case ALPACA -> alpaca(raw);
    };
  }

  private DatasetRow platform(RawRow raw) {
    var fields = new Fields(raw.line());
    var row = raw.json();
    var critique = fields.textOrNull(value(row, "critique"), mapping.source("critique"));
    return new DatasetRow(
        raw.index(),
        fields.text(value(row, "question"), mapping.source("question")),
        fields.textOrNull(value(row, "answer"), mapping.source("answer")),
        fields.textOrNull(value(row, "response"), mapping.source("response")),
        critique,
        verdict(fields, row),
        fields.booleanOrNull(value(row, "correct"), mapping.source("correct")),
        null,
        Outcome.OK,
        extra(row, FieldMapping.TARGETS));
  }

  private @Nullable JsonNode value(ObjectNode row, String target) {
    return mapping.value(row, target);
  }

  private @Nullable Verdict verdict(Fields fields, ObjectNode row) {
    var name = mapping.source("verdict");
    var text = fields.textOrNull(value(row, "verdict"), name);
    if (text == null) {
      return null;
    }
    return switch (text.toLowerCase(Locale.ROOT)) {
      case "right" -> Verdict.RIGHT;
      case "wrong" -> Verdict.WRONG;
      case "unparsed" -> Verdict.UNPARSED;
      default ->
          throw fields.wrong(name, "must be right, wrong or unparsed, got '%s'".formatted(text));
    };
  }

  private DatasetRow chat(RawRow raw) {
    var fields = new Fields(raw.line());
    var name = mapping.source("messages");
    var elements = fields.elements(value(raw.json(), "messages"), name);
    var messages = new ArrayList<Message>();
    for (int i = 0; i < elements.size(); i++) {
      messages.add(message(fields, elements.get(i), "%s[%d]".formatted(name, i)));
    }
    if (!messages.getLast().role().equals("assistant")) {
      throw fields.wrong(
          name, "must end with a message of the role assistant: that is what is trained");
    }
    if (messages.stream().noneMatch(message -> message.role().equals("user"))) {
      throw fields.wrong(name, "must have a message of the role user");
    }
    return conversation(raw, messages, List.of("messages"));
  }

  private static Message message(Fields fields, JsonNode element, String name) {
    if (!(element instanceof ObjectNode message)) {
      throw fields.wrong(name, "must be an object, got " + Fields.kindOf(element));
    }
    for (var field : message.propertyNames()) {
      if (!MESSAGE_FIELDS.contains(field)) {
        throw fields.wrong(name + "." + field, "is not supported; allowed: role, content");
      }
    }
    var role = fields.text(message.get("role"), name + ".role");
    if (!ROLES.contains(role)) {
      throw fields.wrong(
          name + ".role", "must be system, user or assistant, got '%s'".formatted(role));
    }
    return new Message(role, fields.text(message.get("content"), name + ".content"));
  }

  private DatasetRow alpaca(RawRow raw) {
    var fields = new Fields(raw.line());
    var row = raw.json();
    var instruction = fields.text(row.get("instruction"), "instruction");
    var input = fields.textOrNull(row.get("input"), "input");
    var output = fields.text(row.get("output"), "output");
    var system = fields.textOrNull(row.get("system"), "system");
    var messages = new ArrayList<Message>();
    if (system != null && !system.isBlank()) {
      messages.add(new Message("system", system));
    }
    messages.add(
        new Message(
            "user", input == null || input.isBlank() ? instruction : instruction + "\n" + input));
    messages.add(new Message("assistant", output));
    return conversation(raw, messages, ALPACA_FIELDS);
  }

  /// A ready conversation; where it is a critique in the CFT form, its parts are told apart, too.
  private DatasetRow conversation(RawRow raw, List<Message> messages, Iterable<String> known) {
    var extra = extra(raw.json(), known);
    return CftConversation.read(messages)
        .map(cft ->
            new DatasetRow(
                raw.index(),
                cft.question(),
                null,
                cft.response(),
                cft.critique(),
                cft.verdict(),
                null,
                messages,
                Outcome.OK,
                extra))
        .orElseGet(() ->
            new DatasetRow(
                raw.index(), null, null, null, null, null, null, messages, Outcome.OK, extra));
  }

  /// What the file has beside the known fields; of mapped files single values only.
  private @Nullable JsonNode extra(ObjectNode row, Iterable<String> known) {
    var extra = JsonNodeFactory.instance.objectNode();
    row.properties().stream()
        .filter(field -> !mapping.uses(field.getKey()))
        .filter(field -> mapping.sources().isEmpty() || field.getValue().isValueNode())
        .filter(field -> !field.getValue().isNull())
        .forEach(field -> extra.set(field.getKey(), field.getValue()));
    known.forEach(extra::remove);
    if (mapping.sources().containsKey("subject")) {
      var subject = mapping.value(row, "subject");
      if (subject != null && subject.isValueNode() && !subject.isNull()) {
        extra.set("subject", JsonNodeFactory.instance.stringNode(subject.asString()));
      }
    }
    return extra.isEmpty() ? null : extra;
  }
}
