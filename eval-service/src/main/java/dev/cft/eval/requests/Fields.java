package dev.cft.eval.requests;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/// The fields of a JSON object. What is wrong with one is added to the [Faults], and reading goes
/// on with a stand-in value, so that the client hears of everything at once.
public final class Fields {
  private final String path;
  private final ObjectNode json;
  private final Faults faults;
  private final TreeSet<String> asked = new TreeSet<>();

  private Fields(String path, ObjectNode json, Faults faults) {
    this.path = path;
    this.json = json;
    this.faults = faults;
  }

  /// The fields of a request's body.
  public static Fields of(@Nullable JsonNode body, Faults faults) {
    if (body instanceof ObjectNode object) {
      return new Fields("", object, faults);
    }
    faults.add("body", "must be a JSON object, got " + kindOf(body));
    return new Fields("", JsonNodeFactory.instance.objectNode(), faults);
  }

  /// Fields of another object that is told about under the same path.
  public Fields inside(ObjectNode other) {
    return new Fields(path, other, faults);
  }

  /// A field's full path.
  public String at(String name) {
    return path + name;
  }

  /// The object itself.
  public ObjectNode json() {
    return json;
  }

  /// Adds a fault of a field.
  public void fault(String name, String message) {
    faults.add(at(name), message);
  }

  /// Whether a field has a fault.
  public boolean isFaulty(String name) {
    return faults.has(at(name));
  }

  /// A field as it is; null where it is absent or null.
  public @Nullable JsonNode raw(String name) {
    asked.add(name);
    var value = json.get(name);
    return value == null || value.isNull() ? null : value;
  }

  /// A text that must be there and not blank.
  public String text(String name) {
    var value = optionalText(name);
    if (value.isEmpty() && !faults.has(at(name))) {
      fault(name, "is missing; it must be a text");
    }
    return value.orElse("");
  }

  /// A text that may be absent.
  public Optional<String> optionalText(String name) {
    var value = raw(name);
    if (value == null) {
      return Optional.empty();
    }
    if (!value.isString() || value.asString().isBlank()) {
      fault(name, "must be a text that is not blank, got " + shown(value));
      return Optional.empty();
    }
    return Optional.of(value.asString());
  }

  /// One of the allowed texts; `usual` where absent.
  public String oneOf(String name, List<String> allowed, @Nullable String usual) {
    var given = usual == null ? Optional.of(text(name)) : optionalText(name);
    if (given.isPresent() && !allowed.contains(given.get()) && !faults.has(at(name))) {
      fault(
          name,
          "'%s' is not known; allowed: %s".formatted(given.get(), String.join(", ", allowed)));
    }
    return given.filter(allowed::contains).orElse(usual == null ? allowed.getFirst() : usual);
  }

  /// A whole number between the bounds, or null where absent.
  public @Nullable Long whole(String name, long least, long most) {
    var value = raw(name);
    if (value == null) {
      return null;
    }
    var number = value.isNumber() ? value.decimalValue() : null;
    if (number == null
        || number.stripTrailingZeros().scale() > 0
        || number.compareTo(BigDecimal.valueOf(least)) < 0
        || number.compareTo(BigDecimal.valueOf(most)) > 0) {
      fault(
          name,
          "must be a whole number from %d to %d, got %s".formatted(least, most, shown(value)));
      return null;
    }
    return number.longValueExact();
  }

  /// A whole number, or null where absent.
  public @Nullable Integer integer(String name, int least, int most) {
    var value = whole(name, least, most);
    return value == null ? null : value.intValue();
  }

  /// A whole number, `usual` where absent.
  public int integer(String name, int least, int most, int usual) {
    var value = integer(name, least, most);
    return value == null ? usual : value;
  }

  /// A number between the bounds, or null where absent.
  public @Nullable Double number(String name, double least, double most) {
    var value = raw(name);
    if (value == null) {
      return null;
    }
    if (!value.isNumber() || value.asDouble() < least || value.asDouble() > most) {
      fault(
          name,
          "must be a number from %s to %s, got %s"
              .formatted(plain(least), plain(most), shown(value)));
      return null;
    }
    return value.asDouble();
  }

  /// A number, `usual` where absent.
  public double number(String name, double least, double most, double usual) {
    var value = number(name, least, most);
    return value == null ? usual : value;
  }

  /// True or false, `usual` where absent.
  public boolean flag(String name, boolean usual) {
    var value = raw(name);
    if (value == null) {
      return usual;
    }
    if (!value.isBoolean()) {
      fault(name, "must be true or false, got " + shown(value));
    }
    return value.isBoolean() ? value.asBoolean() : usual;
  }

  /// An object that may be absent.
  public Optional<Fields> object(String name) {
    var value = raw(name);
    if (value == null) {
      return Optional.empty();
    }
    if (value instanceof ObjectNode object) {
      return Optional.of(new Fields(at(name) + ".", object, faults));
    }
    fault(name, "must be an object, got " + shown(value));
    return Optional.empty();
  }

  /// The objects of an array; empty where absent.
  public List<Fields> objects(String name) {
    var read = new ArrayList<Fields>();
    elements(name)
        .forEach((at, value) -> {
          if (value instanceof ObjectNode object) {
            read.add(new Fields(at + ".", object, faults));
          } else {
            faults.add(at, "must be an object, got " + shown(value));
          }
        });
    return read;
  }

  /// The texts of an array; empty where absent.
  public List<String> texts(String name) {
    return values(
        name,
        "a text that is not blank",
        v -> v.isString() && !v.asString().isBlank() ? v.asString() : null);
  }

  /// The texts of an array that need not be more than a line break; empty where absent.
  public List<String> stops(String name) {
    var one = raw(name);
    if (one != null && one.isString() && !one.asString().isEmpty()) {
      return List.of(one.asString());
    }
    return values(
        name,
        "a text that is not empty",
        v -> v.isString() && !v.asString().isEmpty() ? v.asString() : null);
  }

  /// The whole numbers of an array; empty where absent.
  public List<Long> wholes(String name) {
    return values(
        name,
        "a whole number",
        v -> v.isIntegralNumber() && v.canConvertToLong() ? v.asLong() : null);
  }

  private <T> List<T> values(String name, String what, Function<JsonNode, @Nullable T> read) {
    var values = new ArrayList<T>();
    elements(name)
        .forEach((at, value) -> {
          var got = read.apply(value);
          if (got == null) {
            faults.add(at, "must be %s, got %s".formatted(what, shown(value)));
          } else {
            values.add(got);
          }
        });
    return values;
  }

  private Map<String, JsonNode> elements(String name) {
    var value = raw(name);
    var elements = new LinkedHashMap<String, JsonNode>();
    if (value != null && !value.isArray()) {
      fault(name, "must be an array, got " + shown(value));
    } else if (value != null) {
      for (var i = 0; i < value.size(); i++) {
        elements.put("%s[%d]".formatted(at(name), i), value.get(i));
      }
    }
    return elements;
  }

  /// OpenAI's metadata: at most 16 pairs of text, keys up to 64 characters, values up to 512.
  public Map<String, String> metadata(String name) {
    var pairs = new LinkedHashMap<String, String>();
    object(name)
        .ifPresent(fields -> {
          fields
              .json()
              .forEachEntry((key, value) -> {
                if (!value.isString() || key.length() > 64 || value.asString().length() > 512) {
                  fields.fault(
                      key, "must be a text of at most 512 characters under a key of at most 64");
                } else {
                  pairs.put(key, value.asString());
                }
              });
          if (pairs.size() > 16) {
            fault(name, "may have at most 16 pairs, got " + pairs.size());
          }
        });
    return pairs;
  }

  /// Refuses every field that nobody asked for.
  public void refuseOthers() {
    json.propertyNames().stream()
        .filter(name -> !asked.contains(name))
        .forEach(name -> fault(name, "unknown field; allowed: " + String.join(", ", asked)));
  }

  private static String shown(JsonNode value) {
    var text = value.isContainer() ? kindOf(value) : value.toString();
    return text.length() <= 60 ? text : text.substring(0, 59) + "…";
  }

  private static String kindOf(@Nullable JsonNode value) {
    return value == null ? "nothing" : value.getNodeType().name().toLowerCase(Locale.ROOT);
  }

  private static String plain(double value) {
    return BigDecimal.valueOf(value).stripTrailingZeros().toPlainString();
  }
}
