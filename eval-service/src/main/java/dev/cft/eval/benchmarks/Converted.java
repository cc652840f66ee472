package dev.cft.eval.benchmarks;

import dev.cft.eval.evals.Template;
import dev.cft.store.StoreJson;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/// A benchmark's items, made from its rows by the definition's rules.
record Converted(List<ObjectNode> items) {
  Converted {
    items = List.copyOf(items);
  }

  /// @throws BenchmarkException naming the rows that are malformed
  static Converted of(Definition definition, Rows.Read read, List<Joined> joined) {
    var rules = new HashMap<>(definition.fields());
    rules.putAll(read.fields());
    var items = new ArrayList<ObjectNode>();
    var faults = new ArrayList<String>();
    var place = 0L;
    for (var row : read.rows()) {
      place++;
      var before = items.size();
      if (definition.where().stream().allMatch(field -> isAbsent(row, field))) {
        convert(definition, rules, row, place, items, faults);
        if (items.size() == before + 1) {
          joined.forEach(each -> each.add(items.getLast(), row));
        }
      }
    }
    var wanted = definition.rows();
    if (faults.isEmpty() && wanted != null && wanted != items.size()) {
      faults.add("has %d items; %d are expected".formatted(items.size(), wanted));
    }
    if (faults.isEmpty() && items.isEmpty()) {
      faults.add("has no items");
    }
    if (!faults.isEmpty()) {
      throw BenchmarkException.of("malformed_data", read.from(), faults);
    }
    return new Converted(items);
  }

  private static boolean isAbsent(JsonNode row, String field) {
    var value = Template.at(row, field);
    return value == null || (value.isString() && value.asString().isBlank());
  }

  private static void convert(
      Definition definition,
      Map<String, FieldRule> rules,
      ObjectNode row,
      long place,
      List<ObjectNode> items,
      List<String> faults) {
    var item = StoreJson.mapper().createObjectNode();
    for (var rule : new java.util.TreeMap<>(rules).entrySet()) {
      var value = rule.getValue().value(row);
      value.ifPresent(v -> item.set(rule.getKey(), v));
      if (value.isEmpty() && rule.getValue().required()) {
        faults.add(
            "row %d has no %s".formatted(place, String.join(" or ", rule.getValue().from())));
        return;
      }
    }
    if (definition.choices() != null) {
      var fault = definition.choices().add(item, row, place);
      if (fault.isPresent()) {
        faults.add("row %d %s".formatted(place, fault.get()));
        return;
      }
    }
    suffix(definition, item);
    items.add(item);
  }

  private static void suffix(Definition definition, ObjectNode item) {
    var suffix =
        definition
            .questionSuffixes()
            .get(item.path("answer").asString("").toLowerCase(Locale.ROOT));
    if (suffix != null) {
      item.set(
          "question",
          JsonNodeFactory.instance.stringNode(item.path("question").asString("") + suffix));
    }
  }
}
