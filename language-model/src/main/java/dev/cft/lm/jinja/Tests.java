package dev.cft.lm.jinja;

import java.util.List;
import java.util.Map;

/// What may follow `is`.
final class Tests {
  private Tests() {}

  static boolean holds(String name, Object value, List<Object> arguments) {
    return switch (name) {
      case "defined" -> !(value instanceof Undefined);
      case "undefined" -> value instanceof Undefined;
      case "none", "None" -> value == None.NONE;
      case "string" -> value instanceof String;
      case "mapping" -> value instanceof Map;
      case "iterable", "sequence" ->
          value instanceof String || value instanceof List || value instanceof Map;
      case "number" -> value instanceof Number;
      case "integer" -> value instanceof Long;
      case "float" -> value instanceof Double;
      case "boolean" -> value instanceof Boolean;
      case "true", "True" -> Boolean.TRUE.equals(value);
      case "false", "False" -> Boolean.FALSE.equals(value);
      case "callable" -> value instanceof Callable;
      case "odd" -> Math.floorMod(Values.integer(value, "odd's operand"), 2) == 1;
      case "even" -> Math.floorMod(Values.integer(value, "even's operand"), 2) == 0;
      case "divisibleby" ->
          Values.integer(value, "divisibleby's operand")
                  % Values.integer(arguments.getFirst(), "divisor")
              == 0;
      case "eq", "equalto", "sameas" -> Operators.equal(value, arguments.getFirst());
      case "ne" -> !Operators.equal(value, arguments.getFirst());
      case "in" -> Operators.contains(arguments.getFirst(), value);
      default -> throw new TemplateException("There is no test '" + name + "' here");
    };
  }
}
