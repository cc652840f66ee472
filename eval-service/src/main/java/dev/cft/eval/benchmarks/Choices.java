package dev.cft.eval.benchmarks;

import dev.cft.eval.requests.Fields;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/// How options are lettered: given in order with the right letter, or as one right and several
/// wrong ones that are shuffled.
///
/// @param options the row's list; null where right and wrong ones stand in fields of their own
/// @param letter the right option's letter, beside `options`
/// @param right the right option; null beside `options`
/// @param drop options that are none, such as `N/A`
/// @param line how an option is written: `{letter}` and `{text}`
/// @param separator between options
/// @param seed of the shuffle, recorded with the eval; null for none
record Choices(
    @Nullable FieldRule options,
    @Nullable FieldRule letter,
    @Nullable FieldRule right,
    List<FieldRule> wrong,
    List<String> drop,
    String line,
    String separator,
    @Nullable Long seed) {
  private static final String LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ";

  Choices {
    wrong = List.copyOf(wrong);
    drop = List.copyOf(drop);
  }

  static Choices read(Fields fields) {
    var isListed = fields.raw("options") != null;
    var wrong = fields.texts("wrong").stream().map(FieldRule::plain).toList();
    if (!isListed && (fields.raw("right") == null || wrong.isEmpty())) {
      fields.fault("options", "is missing; give options and letter, or right and wrong");
    }
    var read =
        new Choices(
            isListed ? FieldRule.read(fields, "options") : null,
            isListed ? FieldRule.read(fields, "letter") : null,
            isListed ? null : FieldRule.read(fields, "right"),
            wrong,
            fields.texts("drop"),
            fields.optionalText("line").orElse("{letter}. {text}"),
            fields.stops("separator").stream().findFirst().orElse("\n"),
            fields.whole("seed", Long.MIN_VALUE, Long.MAX_VALUE));
    fields.refuseOthers();
    return read;
  }

  /// Adds `options`, `options_text` and `answer` to the item.
  ///
  /// @param place of the row, for the shuffle
  /// @return what is wrong with the row; empty where nothing is
  Optional<String> add(ObjectNode item, JsonNode row, long place) {
    return options == null ? addShuffled(item, row, place) : addListed(item, row);
  }

  private Optional<String> addListed(ObjectNode item, JsonNode row) {
    var listed = java.util.Objects.requireNonNull(options).value(row).orElse(null);
    var right = java.util.Objects.requireNonNull(letter).value(row).map(JsonNode::asString);
    if (listed == null || !listed.isArray() || listed.isEmpty()) {
      return Optional.of("has no list of options");
    }
    var place = right.map(LETTERS::indexOf).orElse(-1);
    if (right.isEmpty() || right.get().length() != 1 || place < 0 || place >= listed.size()) {
      return Optional.of(
          "its answer '%s' is no letter of its %d options"
              .formatted(right.orElse(""), listed.size()));
    }
    var texts = new ArrayList<String>();
    var answer = -1;
    for (var i = 0; i < listed.size(); i++) {
      if (!drop.contains(listed.get(i).asString())) {
        answer = i == place ? texts.size() : answer;
        texts.add(listed.get(i).asString());
      }
    }
    return answer < 0
        ? Optional.of("its answer is an option that is dropped")
        : put(item, texts, answer);
  }

  private Optional<String> addShuffled(ObjectNode item, JsonNode row, long place) {
    var texts = new ArrayList<String>();
    var rules = new ArrayList<FieldRule>();
    rules.add(java.util.Objects.requireNonNull(right));
    rules.addAll(wrong);
    for (var rule : rules) {
      var text = rule.value(row).map(JsonNode::asString);
      if (text.isEmpty()) {
        return Optional.of("has no %s".formatted(String.join(" or ", rule.from())));
      }
      texts.add(text.get());
    }
    var order = new ArrayList<Integer>();
    for (var i = 0; i < texts.size(); i++) {
      order.add(i);
    }
    if (seed != null) {
      Collections.shuffle(order, new Random(seed * 1_000_003 + place));
    }
    return put(item, order.stream().map(texts::get).toList(), order.indexOf(0));
  }

  private Optional<String> put(ObjectNode item, List<String> texts, int answer) {
    if (texts.size() > LETTERS.length()) {
      return Optional.of("has more options than there are letters");
    }
    var list = item.putArray("options");
    texts.forEach(list::add);
    var lines = new ArrayList<String>();
    for (var i = 0; i < texts.size(); i++) {
      lines.add(line.replace("{letter}", letter(i)).replace("{text}", texts.get(i)));
    }
    item.put("options_text", lines.stream().collect(Collectors.joining(separator)));
    item.set("answer", JsonNodeFactory.instance.stringNode(letter(answer)));
    return Optional.empty();
  }

  private static String letter(int place) {
    return LETTERS.substring(place, place + 1);
  }
}
