package dev.cft.lm.jinja;

import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Names and their values; a loop's or macro's own names hide outer ones.
final class Scope {
  private final @Nullable Scope outer;
  private final Map<String, Object> values = new HashMap<>();

  Scope(@Nullable Scope outer) {
    this.outer = outer;
  }

  void set(String name, Object value) {
    values.put(name, value);
  }

  Object get(String name) {
    var value = values.get(name);
    if (value != null) {
      return value;
    }
    return outer == null ? new Undefined(name) : outer.get(name);
  }
}
