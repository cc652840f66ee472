package dev.cft.lm.cli;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// Command line options of the form `--name value`.
final class Options {
  private final Map<String, String> values = new HashMap<>();

  /// @throws IllegalArgumentException naming what is unknown, repeated, or without a value
  Options(String[] arguments, List<String> known) {
    for (int i = 0; i < arguments.length; i += 2) {
      var name = arguments[i].startsWith("--") ? arguments[i].substring(2) : "";
      if (!known.contains(name)) {
        throw new IllegalArgumentException(
            "Unknown option '%s'; known: --%s".formatted(arguments[i], String.join(", --", known)));
      }
      if (i + 1 == arguments.length) {
        throw new IllegalArgumentException("--" + name + " wants a value");
      }
      if (values.put(name, arguments[i + 1]) != null) {
        throw new IllegalArgumentException("--" + name + " is given twice");
      }
    }
  }

  Optional<String> get(String name) {
    return Optional.ofNullable(values.get(name));
  }

  String require(String name) {
    return get(name).orElseThrow(() -> new IllegalArgumentException("--" + name + " is missing"));
  }

  Optional<Integer> integer(String name) {
    return get(name).map(value -> parsed(name, value));
  }

  private static int parsed(String name, String value) {
    try {
      return Integer.parseInt(value);
    } catch (NumberFormatException e) {
      throw new IllegalArgumentException(
          "--%s must be an integer, got '%s'".formatted(name, value), e);
    }
  }
}
