package dev.cft.critiques.rows;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;

/// Typed access to a row's fields, with complaints that name the line and the field.
record Fields(long line) {
  private static final Pattern SOURCE = Pattern.compile(" \\(start marker at \\[Source: .*?]\\)");

  /// A value in words: `a number (5)`.
  static String kindOf(JsonNode value) {
    return switch (value.getNodeType()) {
      case NUMBER -> "a number (" + value + ")";
      case STRING -> value.asString().isBlank() ? "blank text" : "text";
      case BOOLEAN -> value.toString();
      case NULL -> "null";
      case ARRAY -> "an array";
      case OBJECT -> "an object";
      case BINARY, MISSING, POJO -> value.getNodeType().name().toLowerCase(Locale.ROOT);
    };
  }

  /// What a JSON parser says, without its references to source and location objects.
  static String complaint(JacksonException e) {
    var location = e.getLocation();
    var column = location == null ? -1 : location.getColumnNr();
    return "is not valid JSON: %s%s"
        .formatted(
            SOURCE.matcher(e.getOriginalMessage().lines().findFirst().orElse("")).replaceAll(""),
            column > 0 ? " (column " + column + ")" : "");
  }

  /// A text that must be there.
  String text(@Nullable JsonNode value, String field) {
    var text = textOrNull(value, field);
    if (text == null || text.isBlank()) {
      throw wrong(field, "must be text that is not blank, got " + got(value));
    }
    return text;
  }

  /// A text, or a number as text; null where the field is absent or null.
  @Nullable String textOrNull(@Nullable JsonNode value, String field) {
    if (value == null || value.isNull()) {
      return null;
    }
    if (value.isNumber()) {
      return value.toString();
    }
    if (!value.isString()) {
      throw wrong(field, "must be text, got " + kindOf(value));
    }
    if (value.asString().indexOf('\0') >= 0) {
      throw wrong(field, "contains the character U+0000, which cannot be stored");
    }
    return value.asString();
  }

  @Nullable Boolean booleanOrNull(@Nullable JsonNode value, String field) {
    if (value == null || value.isNull()) {
      return null;
    }
    if (!value.isBoolean()) {
      throw wrong(field, "must be true or false, got " + kindOf(value));
    }
    return value.asBoolean();
  }

  /// The elements of an array that must be there and not be empty.
  List<JsonNode> elements(@Nullable JsonNode value, String field) {
    if (value == null || !value.isArray() || value.isEmpty()) {
      throw wrong(field, "must be an array with at least one element, got " + got(value));
    }
    var elements = new ArrayList<JsonNode>();
    value.forEach(elements::add);
    return elements;
  }

  RowFormatException wrong(String field, String message) {
    return new RowFormatException(line, field, message);
  }

  static String got(@Nullable JsonNode value) {
    return value == null ? "nothing" : value.isArray() && value.isEmpty() ? "[]" : kindOf(value);
  }
}
