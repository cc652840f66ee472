package dev.cft.lm.training;

import java.util.Set;
import java.util.TreeSet;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// The keys of a spec, each read once with its type; what nobody read is unknown.
final class SpecFields {
  private final ObjectNode json;
  private final Set<String> known = new TreeSet<>();

  SpecFields(ObjectNode json) {
    this.json = json;
  }

  String requiredText(String name) {
    var value = text(name, "");
    if (value.isEmpty()) {
      throw new BadInputException("invalid_spec", name, "spec.json: '" + name + "' is missing");
    }
    return value;
  }

  String text(String name, String otherwise) {
    var value = value(name);
    if (absent(value)) {
      return otherwise;
    }
    if (!value.isString()) {
      throw wrongType(name, "a string", value);
    }
    return value.stringValue();
  }

  int integer(String name, int otherwise, int least) {
    var value = value(name);
    if (absent(value)) {
      return otherwise;
    }
    if (!value.isIntegralNumber() || !value.canConvertToInt()) {
      throw wrongType(name, "an integer", value);
    }
    if (value.intValue() < least) {
      throw new BadInputException(
          "invalid_spec",
          name,
          "spec.json: '%s' must be at least %d, got %s".formatted(name, least, value));
    }
    return value.intValue();
  }

  double number(String name, double otherwise, double least, double most) {
    var value = value(name);
    if (absent(value)) {
      return otherwise;
    }
    if (!value.isNumber()) {
      throw wrongType(name, "a number", value);
    }
    if (!(value.doubleValue() >= least && value.doubleValue() <= most)) {
      throw new BadInputException(
          "invalid_spec",
          name,
          "spec.json: '%s' must be from %s to %s, got %s".formatted(name, least, most, value));
    }
    return value.doubleValue();
  }

  boolean flag(String name, boolean otherwise) {
    var value = value(name);
    if (absent(value)) {
      return otherwise;
    }
    if (!value.isBoolean()) {
      throw wrongType(name, "true or false", value);
    }
    return value.booleanValue();
  }

  /// A text that must be one of the choices.
  String choice(String name, String otherwise, Set<String> choices) {
    var value = text(name, otherwise);
    if (!choices.contains(value)) {
      throw new BadInputException(
          "invalid_spec",
          name,
          "spec.json: '%s' must be one of %s, got '%s'"
              .formatted(name, new TreeSet<>(choices), value));
    }
    return value;
  }

  /// To be called when all keys were read.
  void requireNoOthers() {
    for (var name : json.propertyNames()) {
      if (!known.contains(name)) {
        throw new BadInputException(
            "invalid_spec",
            name,
            "spec.json: unknown key '%s'; known keys: %s".formatted(name, known));
      }
    }
  }

  private JsonNode value(String name) {
    known.add(name);
    return json.path(name);
  }

  private static boolean absent(JsonNode value) {
    return value.isMissingNode() || value.isNull();
  }

  private static BadInputException wrongType(String name, String expected, JsonNode got) {
    return new BadInputException(
        "invalid_spec", name, "spec.json: '%s' must be %s, got %s".formatted(name, expected, got));
  }
}
