package dev.cft.lm.jinja;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/// What may follow `|`.
final class Filters {
  private Filters() {}

  static Object apply(
      String name, Object value, List<Object> arguments, Map<String, Object> named) {
    return switch (name) {
      case "trim" -> Methods.strip(Values.text(value), arguments, true, true);
      case "upper" -> Values.text(value).toUpperCase(Locale.ROOT);
      case "lower" -> Values.text(value).toLowerCase(Locale.ROOT);
      case "title" -> Methods.title(Values.text(value));
      case "capitalize" -> Methods.capitalized(Values.text(value));
      case "string" -> Values.text(value);
      case "safe" -> value;
      case "replace" ->
          Values.text(value).replace(Values.text(arguments.get(0)), Values.text(arguments.get(1)));
      case "indent" -> indented(Values.text(value), arguments, named);
      case "int" -> integer(value);
      case "float" -> Double.parseDouble(Values.text(value));
      case "abs" ->
          value instanceof Double number
              ? (Object) Math.abs(number)
              : (Object) Math.abs(Values.integer(value, "abs's operand"));
      case "tojson" -> PythonJson.dump(value, indent(arguments, named));
      case "default", "d" -> defaulted(value, arguments, named);
      default -> onParts(name, value, arguments, named);
    };
  }

  private static Object onParts(
      String name, Object value, List<Object> arguments, Map<String, Object> named) {
    return switch (name) {
      case "length", "count" -> (long) Values.parts(value).size();
      case "list" -> Values.parts(value);
      case "first" -> Members.item(Values.parts(value), 0L);
      case "last" -> Members.item(Values.parts(value), -1L);
      case "join" ->
          Methods.join(
              arguments.isEmpty() ? "" : Values.text(arguments.getFirst()), mapped(value, named));
      case "reverse" -> reversed(value);
      case "unique" -> new ArrayList<>(new LinkedHashSet<>(Values.parts(value)));
      case "items" -> Methods.items(value instanceof Map<?, ?> map ? map : Map.of());
      case "map" -> map(value, arguments, named);
      case "selectattr" -> selected(value, arguments, true, true);
      case "rejectattr" -> selected(value, arguments, true, false);
      case "select" -> selected(value, arguments, false, true);
      case "reject" -> selected(value, arguments, false, false);
      default -> throw new TemplateException("There is no filter '" + name + "' here");
    };
  }

  private static Object integer(Object value) {
    return switch (value) {
      case Long number -> number;
      case Double number -> number.longValue();
      default -> {
        try {
          yield Long.parseLong(Values.text(value).strip());
        } catch (NumberFormatException _) {
          yield 0L;
        }
      }
    };
  }

  private static Object defaulted(Object value, List<Object> arguments, Map<String, Object> named) {
    Object otherwise =
        arguments.isEmpty() ? named.getOrDefault("default_value", "") : arguments.getFirst();
    boolean alsoFalse =
        Values.truth(
            arguments.size() > 1 ? arguments.get(1) : named.getOrDefault("boolean", false));
    return value instanceof Undefined || (alsoFalse && !Values.truth(value)) ? otherwise : value;
  }

  private static String indented(String text, List<Object> arguments, Map<String, Object> named) {
    Object width = arguments.isEmpty() ? named.getOrDefault("width", 4L) : arguments.getFirst();
    Object first = arguments.size() > 1 ? arguments.get(1) : named.getOrDefault("first", false);
    var space =
        width instanceof String chosen
            ? chosen
            : " ".repeat((int) Values.integer(width, "indent's width"));
    var result = new StringBuilder();
    for (var line : text.split("\n", -1)) {
      boolean isFirst = result.isEmpty();
      result
          .append(isFirst ? "" : "\n")
          .append(line.isEmpty() || (isFirst && !Values.truth(first)) ? "" : space)
          .append(line);
    }
    return result.toString();
  }

  private static int indent(List<Object> arguments, Map<String, Object> named) {
    Object indent =
        arguments.isEmpty() ? named.getOrDefault("indent", None.NONE) : arguments.getFirst();
    return indent == None.NONE ? -1 : (int) Values.integer(indent, "tojson's indent");
  }

  private static Object mapped(Object value, Map<String, Object> named) {
    return named.containsKey("attribute") ? map(value, List.of(), named) : value;
  }

  private static Object reversed(Object value) {
    var parts = Values.parts(value);
    Collections.reverse(parts);
    return value instanceof String ? Methods.join("", parts) : parts;
  }

  private static List<Object> map(Object value, List<Object> arguments, Map<String, Object> named) {
    var results = new ArrayList<Object>();
    for (var part : Values.parts(value)) {
      if (named.containsKey("attribute")) {
        var item = Members.item(part, named.get("attribute"));
        results.add(item instanceof Undefined ? named.getOrDefault("default", item) : item);
      } else {
        results.add(
            apply(
                Values.text(arguments.getFirst()),
                part,
                arguments.subList(1, arguments.size()),
                Map.of()));
      }
    }
    return results;
  }

  private static List<Object> selected(
      Object value, List<Object> arguments, boolean byAttribute, boolean keep) {
    var results = new ArrayList<Object>();
    int testAt = byAttribute ? 1 : 0;
    for (var part : Values.parts(value)) {
      var subject = byAttribute ? Members.item(part, arguments.getFirst()) : part;
      boolean holds =
          arguments.size() > testAt
              ? Tests.holds(
                  Values.text(arguments.get(testAt)),
                  subject,
                  arguments.subList(testAt + 1, arguments.size()))
              : Values.truth(subject);
      if (holds == keep) {
        results.add(part);
      }
    }
    return results;
  }
}
