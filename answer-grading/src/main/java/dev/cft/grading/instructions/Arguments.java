package dev.cft.grading.instructions;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// An instruction's `kwargs`, read by name. Nulls count as absent, because the Parquet form of the
/// data has every key everywhere.
final class Arguments {
  private final String instruction;
  private final Map<String, ?> values;

  Arguments(String instruction, Map<String, ?> values) {
    this.instruction = instruction;
    this.values = values;
  }

  String text(String name) {
    if (value(name) instanceof String text) {
      return text;
    }
    throw bad(name, "a string");
  }

  int number(String name) {
    if (value(name) instanceof Number number && number.doubleValue() == number.intValue()) {
      return number.intValue();
    }
    throw bad(name, "a whole number");
  }

  List<String> texts(String name) {
    if (!(value(name) instanceof List<?> list)) {
      throw bad(name, "a list of strings");
    }
    var texts = new ArrayList<String>();
    for (var entry : list) {
      if (!(entry instanceof String text)) {
        throw bad(name, "a list of strings");
      }
      texts.add(text);
    }
    return texts;
  }

  /// Compares a count: `less than` or `at least`.
  boolean holds(String relation, int count, int wanted) {
    return switch (text(relation)) {
      case "less than" -> count < wanted;
      case "at least" -> count >= wanted;
      default -> throw bad(relation, "'less than' or 'at least'");
    };
  }

  private @Nullable Object value(String name) {
    return values.get(name);
  }

  private BadInstructionException bad(String name, String allowed) {
    return new BadInstructionException(
        "%s needs %s as %s, not %s".formatted(instruction, name, allowed, value(name)));
  }
}
