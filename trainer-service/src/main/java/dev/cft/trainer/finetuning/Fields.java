package dev.cft.trainer.finetuning;

import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/// The fields of an object in a request; what is wrong with one is noted.
final class Fields {
  private final JsonNode json;
  private final String at;
  private final Faults faults;

  private Fields(JsonNode json, String at, Faults faults) {
    this.json = json;
    this.at = at;
    this.faults = faults;
  }

  /// An object's fields.
  ///
  /// @param at where the object stands in the request
  /// @return null where it is not given or is no object
  static @Nullable Fields of(@Nullable JsonNode json, String at, Set<String> known, Faults faults) {
    if (json == null || json.isNull()) {
      return null;
    }
    if (!json.isObject()) {
      faults.invalid(at, json, "an object with any of " + known.stream().sorted().toList());
      return null;
    }
    for (String name : json.propertyNames()) {
      if (!known.contains(name)) {
        faults.add(
            "unknown_parameter",
            at + "." + name,
            "is unknown; allowed: " + known.stream().sorted().toList());
      }
    }
    return new Fields(json, at, faults);
  }

  private @Nullable JsonNode given(String name) {
    JsonNode value = json.get(name);
    return value == null || value.isNull() ? null : value;
  }

  /// A text that must be there; empty where it is not.
  String text(String name, String allowed) {
    JsonNode value = given(name);
    if (value == null || !value.isString() || value.asString().isBlank()) {
      faults.invalid(at + "." + name, value, allowed);
      return "";
    }
    return value.asString();
  }

  @Nullable Integer whole(String name, int least, int most) {
    JsonNode value = given(name);
    if (value == null) {
      return null;
    }
    if (!value.canConvertToExactIntegral()
        || !value.canConvertToInt()
        || value.asInt() < least
        || value.asInt() > most) {
      faults.invalid(at + "." + name, value, "a whole number from %d to %d".formatted(least, most));
      return null;
    }
    return value.asInt();
  }

  /// A number that is not negative; 0 where it is not given.
  double number(String name) {
    JsonNode value = given(name);
    if (value != null && (!value.isNumber() || value.asDouble() < 0)) {
      faults.invalid(at + "." + name, value, "a number from 0 up");
    }
    return value == null || !value.isNumber() ? 0 : value.asDouble();
  }

  @Nullable Boolean flag(String name) {
    JsonNode value = given(name);
    if (value != null && !value.isBoolean()) {
      faults.invalid(at + "." + name, value, "true, false");
    }
    return (value == null || !value.isBoolean()) ? null : value.asBoolean();
  }
}
