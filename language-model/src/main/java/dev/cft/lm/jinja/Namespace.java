package dev.cft.lm.jinja;

import java.util.HashMap;
import java.util.Map;

/// What `namespace()` makes: the one kind of value that a loop may change for the outside.
final class Namespace {
  private final Map<String, Object> values = new HashMap<>();

  Namespace(Map<String, Object> initial) {
    values.putAll(initial);
  }

  Object get(String name) {
    var value = values.get(name);
    return value == null ? new Undefined(name) : value;
  }

  void set(String name, Object value) {
    values.put(name, value);
  }
}
