package dev.cft.lm.jinja;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/// Python's operators on template values.
final class Operators {
  private Operators() {}

  static boolean compare(String operator, Object left, Object right) {
    return switch (operator) {
      case "==" -> equal(left, right);
      case "!=" -> !equal(left, right);
      case "<" -> order(left, right) < 0;
      case ">" -> order(left, right) > 0;
      case "<=" -> order(left, right) <= 0;
      default -> order(left, right) >= 0;
    };
  }

  static boolean equal(Object left, Object right) {
    if (left instanceof Number a && right instanceof Number b) {
      return a.doubleValue() == b.doubleValue();
    }
    if (left instanceof Undefined && right instanceof Undefined) {
      return true;
    }
    return left.equals(right);
  }

  private static int order(Object left, Object right) {
    if (left instanceof Number a && right instanceof Number b) {
      return Double.compare(a.doubleValue(), b.doubleValue());
    }
    if (left instanceof String a && right instanceof String b) {
      return a.compareTo(b);
    }
    throw new TemplateException("Cannot order " + Values.text(left) + " and " + Values.text(right));
  }

  static boolean contains(Object container, Object part) {
    return switch (container) {
      case String text -> text.contains(Values.string(part, "What is looked for in a string"));
      case Map<?, ?> map -> map.containsKey(part);
      case List<?> list -> list.stream().anyMatch(element -> equal(element, part));
      case Undefined _ -> false;
      default -> throw new TemplateException("Cannot look into " + Values.text(container));
    };
  }

  static Object arithmetic(String operator, Object left, Object right) {
    if (operator.equals("~")) {
      return Values.text(left) + Values.text(right);
    }
    if (operator.equals("+") && left instanceof String a && right instanceof String b) {
      return a + b;
    }
    if (operator.equals("+") && left instanceof List<?> a && right instanceof List<?> b) {
      var joined = new ArrayList<Object>(a);
      joined.addAll(b);
      return joined;
    }
    if (operator.equals("*") && left instanceof String text && right instanceof Long times) {
      return text.repeat((int) Math.max(0, times));
    }
    if (left instanceof Long a && right instanceof Long b) {
      return integers(operator, a, b);
    }
    if (left instanceof Number a && right instanceof Number b) {
      return floats(operator, a.doubleValue(), b.doubleValue());
    }
    if (left instanceof Undefined undefined) {
      throw new TemplateException("'" + undefined.name() + "' is undefined");
    }
    throw new TemplateException(
        "Cannot compute " + Values.text(left) + " " + operator + " " + Values.text(right));
  }

  private static Object integers(String operator, long a, long b) {
    if (b == 0 && (operator.equals("%") || operator.equals("//") || operator.equals("/"))) {
      throw new TemplateException("Division by zero");
    }
    return switch (operator) {
      case "+" -> a + b;
      case "-" -> a - b;
      case "*" -> a * b;
      case "%" -> Math.floorMod(a, b);
      case "//" -> Math.floorDiv(a, b);
      case "/" -> (double) a / b;
      default ->
          b < 0
              ? (Object) Math.pow((double) a, (double) b)
              : (Object) (long) Math.pow((double) a, (double) b);
    };
  }

  private static Object floats(String operator, double a, double b) {
    return switch (operator) {
      case "+" -> a + b;
      case "-" -> a - b;
      case "*" -> a * b;
      case "%" -> a - b * Math.floor(a / b);
      case "//" -> Math.floor(a / b);
      case "/" -> a / b;
      default -> Math.pow(a, b);
    };
  }
}
