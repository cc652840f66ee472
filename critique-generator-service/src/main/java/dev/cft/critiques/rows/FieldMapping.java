package dev.cft.critiques.rows;

import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// Where a dataset's fields are found in a file's rows.
///
/// @param sources by target field; a source may be a path into nested objects, `a.b`
public record FieldMapping(Map<String, String> sources) {
  /// The fields of a dataset row.
  public static final List<String> TARGETS =
      List.of("question", "answer", "response", "critique", "verdict", "correct", "messages");

  /// The same, and `subject`, which goes to the row's extra fields.
  public static final List<String> MAPPABLE =
      Stream.concat(TARGETS.stream(), Stream.of("subject")).toList();

  /// Rows as they are.
  public static final FieldMapping NONE = new FieldMapping(Map.of());

  public FieldMapping {
    sources = Map.copyOf(sources);
    for (var target : sources.keySet()) {
      if (!MAPPABLE.contains(target)) {
        throw new IllegalArgumentException(
            "'%s' is no field of a dataset row; allowed: %s".formatted(target, MAPPABLE));
      }
    }
  }

  /// The value of a target field; null where the row has none.
  @Nullable JsonNode value(ObjectNode row, String target) {
    var path = sources.get(target);
    return path == null ? row.get(target) : at(row, path);
  }

  /// The name of the field that a target comes from, for messages.
  String source(String target) {
    return sources.getOrDefault(target, target);
  }

  /// Whether a field of the file goes into one of the dataset's.
  boolean uses(String field) {
    return sources.values().stream()
        .anyMatch(path -> path.equals(field) || path.startsWith(field + "."));
  }

  private static @Nullable JsonNode at(ObjectNode row, String path) {
    JsonNode value = row.get(path);
    if (value != null) {
      return value;
    }
    value = row;
    for (var name : path.split("\\.", -1)) {
      value = value == null ? null : value.get(name);
    }
    return value;
  }
}
