package dev.cft.grading.math;

import dev.cft.grading.math.Node.Fn;
import dev.cft.grading.math.Node.Group;
import dev.cft.grading.math.Node.Num;
import dev.cft.grading.math.Node.Sym;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.RoundingMode;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Builds numbers and applied functions, worked out where the result is exact and small.
final class Functions {
  static final Node EMPTY_SET = new Group('{', '}', List.of());

  /// A bound that was not given.
  static final Node NONE = new Sym("·");

  private static final int MAX_DIGITS = 2000;
  private static final int MAX_EXPONENT = 2000;

  /// Largest n whose factorial or binomial is worked out.
  private static final int MAX_FACTORIAL = 1000;

  private Functions() {}

  static Num number(String digits) {
    if (digits.length() > MAX_DIGITS) {
      throw new UnreadableException("a number has more than %d digits".formatted(MAX_DIGITS));
    }
    var value = new BigDecimal(digits);
    if (Math.abs((long) value.scale()) > MAX_EXPONENT + MAX_DIGITS) {
      throw new UnreadableException("a number's exponent is beyond %d".formatted(MAX_EXPONENT));
    }
    return new Num(Rational.of(value), digits.indexOf('.') >= 0 || digits.matches(".*[eE]-.*"));
  }

  static Node abs(Node inside) {
    return inside instanceof Num n ? new Num(n.value().abs(), n.decimal()) : Fn.of("abs", inside);
  }

  static Node rounded(String name, Node inside) {
    if (inside instanceof Num n && n.value().bits() < Canon.MAX_BITS) {
      var value = n.value();
      var whole =
          new BigDecimal(value.numerator())
              .divide(
                  new BigDecimal(value.denominator()),
                  0,
                  name.equals("floor") ? RoundingMode.FLOOR : RoundingMode.CEILING);
      return new Num(Rational.of(whole), false);
    }
    return Fn.of(name, inside);
  }

  static Node factorial(Node node) {
    if (node instanceof Num n && isSmall(n.value())) {
      var product = BigInteger.ONE;
      for (var i = 2; i <= n.value().numerator().intValue(); i++) {
        product = product.multiply(BigInteger.valueOf(i));
      }
      return new Num(new Rational(product, BigInteger.ONE), false);
    }
    return Fn.of("factorial", node);
  }

  static Node binomial(Node above, Node below) {
    if (above instanceof Num n
        && below instanceof Num k
        && isSmall(n.value())
        && isSmall(k.value())) {
      var size = n.value().numerator().intValue();
      var chosen = k.value().numerator().intValue();
      var result = chosen > size ? BigInteger.ZERO : BigInteger.ONE;
      for (var i = 1; i <= Math.min(chosen, size); i++) {
        result =
            result.multiply(BigInteger.valueOf(size - chosen + i)).divide(BigInteger.valueOf(i));
      }
      return new Num(new Rational(result, BigInteger.ONE), false);
    }
    return Fn.of("binomial", above, below);
  }

  private static boolean isSmall(Rational value) {
    return value.isInteger()
        && value.signum() >= 0
        && value.compareTo(Rational.of(MAX_FACTORIAL)) <= 0;
  }

  /// `110_2`: digits with the base that they are written in.
  static Node inBase(Num digits, Node base) {
    return Fn.of("base", digits, base);
  }

  /// A named function of arguments, perhaps with a base, and raised.
  static Node applied(String name, @Nullable Node base, Node exponent, List<Node> arguments) {
    var called = called(name);
    if (exponent instanceof Num n && n.value().equals(Rational.of(-1)) && isTrigonometric(called)) {
      return call("arc" + called, base, arguments);
    }
    return Canon.pow(call(called, base, arguments), exponent);
  }

  private static String called(String name) {
    return switch (name) {
      case "asin", "acos", "atan" -> "arc" + name.substring(1);
      default -> name;
    };
  }

  private static boolean isTrigonometric(String name) {
    return List.of("sin", "cos", "tan", "cot", "sec", "csc", "sinh", "cosh", "tanh").contains(name);
  }

  private static Node call(String name, @Nullable Node base, List<Node> arguments) {
    var first = arguments.getFirst();
    return switch (name) {
      case "exp" -> Canon.pow(Constants.E, first);
      case "abs" -> abs(first);
      case "ln" -> logarithm(first, Constants.E);
      case "lg" -> logarithm(first, Num.of(10));
      // Without a base the value decides: see Evaluation, which tries both conventions.
      case "log" -> base == null ? Fn.of("log", first) : logarithm(first, base);
      default ->
          base == null ? new Fn(name, arguments) : new Fn(name + "_" + base.key(), arguments);
    };
  }

  private static Node logarithm(Node of, Node base) {
    if (of instanceof Num n && n.value().isOne()) {
      return Num.ZERO;
    }
    return of.key().equals(base.key()) ? Num.ONE : Fn.of("log", of, base);
  }
}
