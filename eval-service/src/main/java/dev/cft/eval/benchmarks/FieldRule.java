package dev.cft.eval.benchmarks;

import dev.cft.eval.evals.Template;
import dev.cft.eval.requests.Fields;
import java.math.BigDecimal;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;

/// How one field of an item is made from a row.
///
/// @param from paths in the row; the first that has a value counts
/// @param after what stands after the last occurrence of this text; null for all
/// @param boxed whether it is what stands in the last `\boxed{…}`
/// @param strip characters taken from both ends, besides white space
/// @param verbatim whether white space around it stays
/// @param required whether a row without it is malformed
record FieldRule(
    List<String> from,
    @Nullable String after,
    boolean boxed,
    String strip,
    boolean verbatim,
    boolean required) {
  FieldRule {
    from = List.copyOf(from);
  }

  /// What stands at that path, white space around it left out.
  static FieldRule plain(String path) {
    return new FieldRule(List.of(path), null, false, "", false, true);
  }

  /// A rule as a definition writes it: a path, or an object.
  static FieldRule read(Fields fields, String name) {
    var raw = fields.raw(name);
    if (raw != null && raw.isString()) {
      return plain(raw.asString());
    }
    var rule = fields.object(name);
    if (rule.isEmpty()) {
      return plain(name);
    }
    var given = rule.get();
    var from = given.raw("from");
    var paths = from != null && from.isString() ? List.of(from.asString()) : given.texts("from");
    if (paths.isEmpty() && !given.isFaulty("from")) {
      given.fault("from", "is missing; it must be a path in the row, or several");
    }
    var read =
        new FieldRule(
            paths,
            given.optionalText("after").orElse(null),
            given.flag("boxed", false),
            given.optionalText("strip").orElse(""),
            given.flag("verbatim", false),
            given.flag("required", true));
    given.refuseOthers();
    return read;
  }

  /// The field's value; empty where the row has none.
  Optional<JsonNode> value(JsonNode row) {
    for (var path : from) {
      var value = row.has(path) ? row.get(path) : Template.at(row, path);
      if (value != null && !value.isNull()) {
        return cut(value);
      }
    }
    return Optional.empty();
  }

  private Optional<JsonNode> cut(JsonNode value) {
    if (value.isContainer()) {
      return Optional.of(value);
    }
    var text = written(value);
    if (after != null) {
      var at = text.lastIndexOf(after);
      text = at < 0 ? text : text.substring(at + after.length());
    }
    if (boxed) {
      var inBox = LastBox.of(text);
      if (inBox.isEmpty()) {
        return Optional.empty();
      }
      text = inBox.get();
    }
    var stripped = verbatim ? text : stripped(text);
    return stripped.isEmpty()
        ? Optional.empty()
        : Optional.of(JsonNodeFactory.instance.stringNode(stripped));
  }

  /// A number without a needless `.0`, as 27.0 in AMC23.
  private static String written(JsonNode value) {
    if (!value.isNumber()) {
      return value.asString();
    }
    var number = value.decimalValue();
    return (number.signum() == 0 ? BigDecimal.ZERO : number.stripTrailingZeros()).toPlainString();
  }

  private String stripped(String text) {
    var from = 0;
    var to = text.length();
    while (from < to && isStripped(text.charAt(from))) {
      from++;
    }
    while (to > from && isStripped(text.charAt(to - 1))) {
      to--;
    }
    return text.substring(from, to);
  }

  private boolean isStripped(char c) {
    return Character.isWhitespace(c) || strip.indexOf(c) >= 0;
  }
}
