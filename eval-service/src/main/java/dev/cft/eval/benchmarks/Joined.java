package dev.cft.eval.benchmarks;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/// The rows of a second file by their key.
///
/// @param from where they come from, a sentence part for people
/// @param sha256 of the file; null for uploads
record Joined(
    String key,
    Map<String, FieldRule> fields,
    Map<String, ObjectNode> rows,
    String from,
    @Nullable String sha256) {
  /// @throws BenchmarkException naming rows without the key, or with one that is there already
  static Joined of(Join join, Rows.Read read) {
    var rows = new HashMap<String, ObjectNode>();
    var place = 0;
    for (var row : read.rows()) {
      place++;
      var key = row.path(join.key()).asString("");
      if (key.isEmpty() || rows.put(key, row) != null) {
        throw BenchmarkException.of(
            "malformed_data",
            read.from(),
            List.of(
                key.isEmpty()
                    ? "row %d has no %s".formatted(place, join.key())
                    : "row %d has the %s '%s' of an earlier one"
                        .formatted(place, join.key(), key)));
      }
    }
    return new Joined(join.key(), read.fields(), rows, read.from(), read.sha256());
  }

  /// Adds the fields of the row with the same key, where there is one.
  void add(ObjectNode item, ObjectNode row) {
    var found = rows.get(row.path(key).asString(""));
    if (found != null) {
      fields.forEach((name, rule) -> rule.value(found).ifPresent(value -> item.set(name, value)));
    }
  }
}
