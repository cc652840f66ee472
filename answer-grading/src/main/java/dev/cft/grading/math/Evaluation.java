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

/// Works out a tree's value at one point.
///
/// Functions without a definition (`f(x)`, `a_k`) get a value made from their name and arguments,
/// so that they agree where the arguments do; the same holds for variables without a value. What
/// cannot be evaluated at all (integrals, limits) gets one from its key: then only agreement means
/// something, and [#isConclusive] is false.
final class Evaluation {
  private static final int MAX_TERMS = 2000;
  private static final int MAX_ESTIMATED_TERMS = 100_000;

  private final Map<String, Complex> values;
  private final Point point;
  private final Budget budget;
  private final double bareLogBase;
  private final boolean estimating;
  private double scale;
  private boolean real = true;
  private boolean conclusive = true;

  /// @param bareLogBase the base of a logarithm written without one
  Evaluation(Map<String, Complex> values, Point point, Budget budget, double bareLogBase) {
    this(values, point, budget, bareLogBase, false);
  }

  private Evaluation(
      Map<String, Complex> values,
      Point point,
      Budget budget,
      double bareLogBase,
      boolean estimating) {
    this.estimating = estimating;
    this.values = new HashMap<>(values);
    this.point = point;
    this.budget = budget;
    this.bareLogBase = bareLogBase;
  }

  /// One that gives integrals, limits, infinite sums and derivatives the value that [Estimates]
  /// finds.
  static Evaluation estimating(Point point, Budget budget) {
    return new Evaluation(Map.of(), point, budget, Math.E, true);
  }

  /// Gives variables their values.
  interface Point {
    Complex valueOf(String name);

    /// Every variable without a value is an error.
    Point NONE =
        name -> {
          throw new NotNumericException("it has the variable " + name);
        };
  }

  Complex of(Node node) {
    var value = value(node);
    scale = Math.max(scale, value.size());
    if (!value.isReal()) {
      real = false;
    }
    return value;
  }

  /// Largest intermediate value: what rounding errors are relative to.
  double scale() {
    return scale;
  }

  /// No intermediate value left the real axis.
  boolean stayedReal() {
    return real;
  }

  boolean isConclusive() {
    return conclusive;
  }

  private Complex value(Node node) {
    budget.spend(1);
    return switch (node) {
      case Num n -> Complex.of(n.value().toDouble());
      case Sym s -> symbol(s);
      case Add sum -> sum(sum);
      case Mul product -> product(product);
      case Pow power -> of(power.base()).pow(of(power.exponent()));
      case Fn fn -> function(fn);
      case Quantity q when q.unit().equals("°") -> of(q.value()).times(Complex.of(Math.PI / 180));
      case Quantity q when q.unit().equals("%") -> of(q.value()).dividedBy(Complex.of(100));
      default -> throw new NotNumericException("it is no number");
    };
  }

  private Complex symbol(Sym s) {
    return switch (s.name()) {
      case "π" -> Complex.of(Math.PI);
      case "e" -> Complex.of(Math.E);
      case "i" -> {
        var bound = values.get("i");
        yield bound == null ? new Complex(0, 1) : bound;
      }
      case "∞" -> Complex.of(Double.POSITIVE_INFINITY);
      default -> {
        var value = values.get(s.name());
        yield value == null ? point.valueOf(s.name()) : value;
      }
    };
  }

  private Complex sum(Add sum) {
    var total = Complex.ZERO;
    for (var term : sum.parts()) {
      total = total.plus(of(term));
    }
    return total;
  }

  private Complex product(Mul product) {
    var total = Complex.ONE;
    for (var factor : product.parts()) {
      total = total.times(of(factor));
    }
    return total;
  }

  private Complex function(Fn fn) {
    if (estimating && Estimates.knows(fn)) {
      return Estimates.value(fn, this);
    }
    if (fn.name().equals("sum") || fn.name().equals("prod")) {
      return series(fn);
    }
    if (fn.name().startsWith("apply ") || fn.name().equals("sub")) {
      return free(fn);
    }
    if (fn.name().equals("log") && fn.parts().size() == 1) {
      return of(fn.parts().getFirst()).log().dividedBy(Complex.of(Math.log(bareLogBase)));
    }
    if (!ElementaryFunctions.knows(fn)) {
      conclusive = false;
      return Complex.of(Hashing.unit(fn.key(), 0) + 0.5);
    }
    return ElementaryFunctions.value(fn.name(), fn.parts().stream().map(this::of).toList());
  }

  /// A value for a function that is only a name: `f(x)`, `a_k`.
  private Complex free(Fn fn) {
    var indexed = fn.name().equals("sub");
    var name = new StringBuilder(indexed ? fn.parts().getFirst().key() : fn.name());
    for (var part : fn.parts().subList(indexed ? 1 : 0, fn.parts().size())) {
      var value = of(part);
      name.append(' ').append(Math.round(value.re() * 1e7));
      name.append(' ').append(Math.round(value.im() * 1e7));
    }
    return Complex.of(Hashing.unit(name.toString(), 0) * 3 - 1);
  }

  private Complex series(Fn fn) {
    var below = fn.parts().get(0);
    var above = fn.parts().get(1);
    if (!(below instanceof Rel start)
        || !(start.left() instanceof Sym index)
        || above.equals(Functions.NONE)) {
      conclusive = false;
      return Complex.of(Hashing.unit(fn.key(), 0) + 0.5);
    }
    var from = whole(of(start.right()));
    var to = whole(of(above));
    if (to - from > (estimating ? MAX_ESTIMATED_TERMS : MAX_TERMS)) {
      conclusive = false;
      return Complex.of(Hashing.unit(fn.key(), 0) + 0.5);
    }
    var sum = fn.name().equals("sum");
    var total = sum ? Complex.ZERO : Complex.ONE;
    for (var k = from; k <= to; k++) {
      var term = at(index.name(), (double) k, fn.parts().get(2));
      total = sum ? total.plus(term) : total.times(term);
    }
    return total;
  }

  /// The value of a part with a variable that is bound there.
  Complex at(String name, double value, Node part) {
    var outer = values.put(name, Complex.of(value));
    var result = of(part);
    if (outer == null) {
      values.remove(name);
    } else {
      values.put(name, outer);
    }
    return result;
  }

  private static long whole(Complex value) {
    if (!value.isFinite() || value.re() != Math.rint(value.re()) || Math.abs(value.re()) > 1e9) {
      throw new NotNumericException("a bound is no small whole number");
    }
    return (long) value.re();
  }

  /// The one value of a tree without variables.
  static Complex constant(Node node, Budget budget) {
    return new Evaluation(Map.of(), Point.NONE, budget, Math.E).of(node);
  }

  /// The names of the variables in it.
  static List<String> variables(Node node) {
    return node.all()
        .flatMap(n ->
            n instanceof Sym s && !Constants.isConstant(s)
                ? java.util.stream.Stream.of(s.name())
                : java.util.stream.Stream.empty())
        .distinct()
        .toList();
  }
}
