package dev.cft.lm.jinja;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/// What Python does with any value: its truth, its text, its parts.
final class Values {
  private Values() {}

  static boolean truth(Object value) {
    return switch (value) {
      case Boolean truth -> truth;
      case Undefined _, None _ -> false;
      case String text -> !text.isEmpty();
      case Long number -> number != 0;
      case Double number -> number != 0;
      case List<?> list -> !list.isEmpty();
      case Map<?, ?> map -> !map.isEmpty();
      default -> true;
    };
  }

  /// `str(value)`.
  static String text(Object value) {
    return switch (value) {
      case String text -> text;
      case Undefined _ -> "";
      default -> represented(value);
    };
  }

  private static String represented(Object value) {
    return switch (value) {
      case None _ -> "None";
      case Boolean truth -> truth ? "True" : "False";
      case String text -> quoted(text);
      case List<?> list ->
          list.stream().map(Values::represented).collect(Collectors.joining(", ", "[", "]"));
      case Map<?, ?> map ->
          map.entrySet().stream()
              .map(entry -> represented(entry.getKey()) + ": " + represented(entry.getValue()))
              .collect(Collectors.joining(", ", "{", "}"));
      default -> value.toString();
    };
  }

  private static String quoted(String text) {
    char quote = text.contains("'") && !text.contains("\"") ? '"' : '\'';
    var escaped =
        text.replace("\\", "\\\\").replace("\n", "\\n").replace("\t", "\\t").replace("\r", "\\r");
    return quote + (quote == '\'' ? escaped.replace("'", "\\'") : escaped) + quote;
  }

  /// The parts of something iterable.
  static List<Object> parts(Object value) {
    return switch (value) {
      case List<?> list -> new ArrayList<>(list);
      case Map<?, ?> map -> new ArrayList<>(map.keySet());
      case String text ->
          text.codePoints()
              .mapToObj(Character::toString)
              .collect(Collectors.toCollection(ArrayList::new));
      case Undefined _ -> new ArrayList<>();
      default -> throw new TemplateException("Cannot iterate over " + text(value));
    };
  }

  static String string(Object value, String what) {
    if (value instanceof String text) {
      return text;
    }
    throw new TemplateException(what + " must be a string, got " + text(value));
  }

  static long integer(Object value, String what) {
    return switch (value) {
      case Long number -> number;
      case Boolean truth -> truth ? 1 : 0;
      default -> throw new TemplateException(what + " must be an integer, got " + text(value));
    };
  }
}
