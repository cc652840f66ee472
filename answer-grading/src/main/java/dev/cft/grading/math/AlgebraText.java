package dev.cft.grading.math;

import dev.cft.grading.math.Node.Add;
import dev.cft.grading.math.Node.Fn;
import dev.cft.grading.math.Node.Mul;
import dev.cft.grading.math.Node.Num;
import dev.cft.grading.math.Node.Pow;
import dev.cft.grading.math.Node.Quantity;
import dev.cft.grading.math.Node.Rel;
import dev.cft.grading.math.Node.Sym;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BinaryOperator;
import java.util.stream.Collectors;

/// Writes a tree in Symja's own language. Variables get plain names, those that an operator binds
/// new ones, so that no name of an answer can mean anything there.
final class AlgebraText {
  private static final Map<String, String> FUNCTIONS =
      Map.ofEntries(
          Map.entry("sin", "Sin"),
          Map.entry("cos", "Cos"),
          Map.entry("tan", "Tan"),
          Map.entry("cot", "Cot"),
          Map.entry("sec", "Sec"),
          Map.entry("csc", "Csc"),
          Map.entry("arcsin", "ArcSin"),
          Map.entry("arccos", "ArcCos"),
          Map.entry("arctan", "ArcTan"),
          Map.entry("sinh", "Sinh"),
          Map.entry("cosh", "Cosh"),
          Map.entry("tanh", "Tanh"),
          Map.entry("abs", "Abs"),
          Map.entry("floor", "Floor"),
          Map.entry("ceil", "Ceiling"),
          Map.entry("factorial", "Factorial"),
          Map.entry("binomial", "Binomial"),
          Map.entry("mod", "Mod"),
          Map.entry("gcd", "GCD"),
          Map.entry("lcm", "LCM"),
          Map.entry("max", "Max"),
          Map.entry("min", "Min"));

  private final Map<String, String> names;
  private int bound;

  /// @param names what the free variables are called
  AlgebraText(Map<String, String> names) {
    this.names = new HashMap<>(names);
  }

  /// The text.
  ///
  /// @throws NotNumericException where something in it has no counterpart
  String of(Node node) {
    return switch (node) {
      case Num n -> "(%s/%s)".formatted(n.value().numerator(), n.value().denominator());
      case Sym s -> symbol(s);
      case Add sum -> joined("+", sum.parts());
      case Mul product -> joined("*", product.parts());
      case Pow power -> "(%s)^(%s)".formatted(of(power.base()), of(power.exponent()));
      case Fn fn -> function(fn);
      case Quantity q when q.unit().equals("°") -> "(%s*Pi/180)".formatted(of(q.value()));
      case Quantity q when q.unit().equals("%") -> "(%s/100)".formatted(of(q.value()));
      default -> throw new NotNumericException("it is no single value");
    };
  }

  private String joined(String sign, List<Node> parts) {
    return parts.stream().map(this::of).collect(Collectors.joining(sign, "(", ")"));
  }

  private String symbol(Sym s) {
    var known = names.get(s.name());
    if (known != null) {
      return known;
    }
    return switch (s.name()) {
      case "π" -> "Pi";
      case "e" -> "E";
      case "i" -> "I";
      case "∞" -> "Infinity";
      default -> throw new NotNumericException("it has the symbol " + s.name());
    };
  }

  private String function(Fn fn) {
    return switch (fn.name()) {
      case "sum" -> series("Sum", fn);
      case "prod" -> series("Product", fn);
      case "int" -> integral(fn);
      case "lim" -> limit(fn);
      case "D" -> "D(%s,%s)".formatted(of(fn.parts().get(0)), of(fn.parts().get(1)));
      case "log" -> logarithm(fn);
      default -> {
        var name = FUNCTIONS.get(fn.name());
        if (name == null) {
          throw new NotNumericException("it has the function " + fn.name());
        }
        yield fn.parts().stream().map(this::of).collect(Collectors.joining(",", name + "(", ")"));
      }
    };
  }

  private String logarithm(Fn fn) {
    if (fn.parts().size() != 2) {
      throw new NotNumericException("a logarithm's base is not told");
    }
    return "Log(%s,%s)".formatted(of(fn.parts().get(1)), of(fn.parts().get(0)));
  }

  private String series(String name, Fn fn) {
    if (!(fn.parts().getFirst() instanceof Rel from)
        || !from.isEquation()
        || !(from.left() instanceof Sym index)) {
      throw new NotNumericException("a sum's index has no first value");
    }
    var start = of(from.right());
    var end = of(fn.parts().get(1));
    return bound(
        index, (body, own) -> "%s(%s,{%s,%s,%s})".formatted(name, body, own, start, end), fn, 2);
  }

  private String integral(Fn fn) {
    if (fn.parts().size() != 4 || Estimates.isIndefinite(fn)) {
      throw new NotNumericException("an integral has no bounds");
    }
    var low = of(fn.parts().get(0));
    var high = of(fn.parts().get(1));
    return bound(
        (Sym) fn.parts().get(3),
        (body, own) -> "Integrate(%s,{%s,%s,%s})".formatted(body, own, low, high),
        fn,
        2);
  }

  private String limit(Fn fn) {
    if (!(fn.parts().getFirst() instanceof Rel to)
        || !to.ops().equals(List.of("→"))
        || !(to.left() instanceof Sym variable)) {
      throw new NotNumericException("a limit has no variable");
    }
    var target = of(to.right());
    var direction = fn.parts().get(1);
    var option =
        direction.equals(BigOperators.FROM_ABOVE)
            ? ",Direction->-1"
            : direction.equals(BigOperators.FROM_BELOW) ? ",Direction->1" : "";
    return bound(
        variable, (body, own) -> "Limit(%s,%s->%s%s)".formatted(body, own, target, option), fn, 2);
  }

  private String bound(Sym variable, BinaryOperator<String> text, Fn fn, int body) {
    bound++;
    var own = "w" + bound;
    var outer = names.put(variable.name(), own);
    var result = text.apply(of(fn.parts().get(body)), own);
    if (outer == null) {
      names.remove(variable.name());
    } else {
      names.put(variable.name(), outer);
    }
    return result;
  }
}
