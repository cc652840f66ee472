package dev.cft.lm.jinja;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// The arguments of a call, a filter or a test.
record Arguments(List<Expression> positional, Map<String, Expression> named) {
  static final Arguments NONE = new Arguments(List.of(), Map.of());

  Arguments {
    positional = List.copyOf(positional);
  }

  List<Object> positional(Scope scope) {
    return positional.stream().map(argument -> argument.value(scope)).toList();
  }

  Map<String, Object> named(Scope scope) {
    var values = new LinkedHashMap<String, Object>();
    named.forEach((name, argument) -> values.put(name, argument.value(scope)));
    return values;
  }
}
