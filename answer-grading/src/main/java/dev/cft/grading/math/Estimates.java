package dev.cft.grading.math;

import dev.cft.grading.math.Node.Fn;
import dev.cft.grading.math.Node.Rel;
import dev.cft.grading.math.Node.Sym;
import java.util.function.DoubleFunction;

/// Approximate values of integrals, limits, infinite sums and derivatives, good to two or three
/// digits: what an answer of the computer algebra system is held against.
///
/// Integrals by tanh-sinh quadrature (Takahasi and Mori, 1974) with two step widths; limits from
/// two places near; sums from two partial sums. Where the two differ there is no estimate.
final class Estimates {
  /// How far the two approximations may be apart, relative to their size and beyond that.
  private static final double NEAR = 1e-2;

  private static final double TINY = 1e-3;
  private static final double[] STEPS = {1 / 8.0, 1 / 16.0};

  /// Where the abscissas of the quadrature reach the ends to within a double's digits.
  private static final double REACH = 3.1;

  private static final int[] TERMS = {1000, 2000};

  /// Terms in a row that change nothing, after which the next ones will not either: factorials have
  /// no value in doubles soon after.
  private static final int SETTLED = 20;

  private Estimates() {}

  static boolean knows(Fn fn) {
    return switch (fn.name()) {
      case "int" -> fn.parts().size() == 4 && !isIndefinite(fn);
      case "lim" -> fn.parts().getFirst() instanceof Rel to && to.left() instanceof Sym;
      case "sum", "prod" ->
          fn.parts().get(1).equals(Constants.INFINITY)
              && fn.parts().getFirst() instanceof Rel from
              && from.left() instanceof Sym;
      case "D" -> true;
      default -> false;
    };
  }

  static boolean isIndefinite(Fn fn) {
    return fn.parts().getFirst().equals(Functions.NONE);
  }

  static Complex value(Fn fn, Evaluation at) {
    var value =
        switch (fn.name()) {
          case "int" -> integral(fn, at);
          case "lim" -> limit(fn, at);
          case "D" -> derivative(fn, at);
          default -> series(fn, at);
        };
    if (!value.isFinite()) {
      throw new NotNumericException("it has no finite value");
    }
    return value;
  }

  /// Whether two approximations are of one value.
  static boolean isNear(Complex a, Complex b) {
    return a.isFinite()
        && b.isFinite()
        && a.minus(b).size() <= NEAR * Math.max(a.size(), b.size()) + TINY;
  }

  private static Complex agreed(Complex first, Complex second) {
    if (!isNear(first, second)) {
      throw new NotNumericException("it does not settle");
    }
    return second;
  }

  private static String name(Node variable) {
    return ((Sym) variable).name();
  }

  private static double bound(Node node, Evaluation at) {
    var value = at.of(node);
    if (Double.isInfinite(value.re())) {
      return value.re();
    }
    if (!value.isReal()) {
      throw new NotNumericException("a bound is not real");
    }
    return value.re();
  }

  private static Complex integral(Fn fn, Evaluation at) {
    var low = bound(fn.parts().get(0), at);
    var high = bound(fn.parts().get(1), at);
    if (low > high) {
      throw new NotNumericException("an integral's bounds are the wrong way round");
    }
    DoubleFunction<Complex> body = x -> at.at(name(fn.parts().get(3)), x, fn.parts().get(2));
    return agreed(quadrature(body, low, high, STEPS[0]), quadrature(body, low, high, STEPS[1]));
  }

  private static Complex quadrature(
      DoubleFunction<Complex> body, double low, double high, double step) {
    var total = Complex.ZERO;
    for (var k = Math.round(-REACH / step); k <= REACH / step; k++) {
      var inner = Math.PI / 2 * Math.sinh(k * step);
      var u = Math.tanh(inner);
      var weight = step * Math.PI / 2 * Math.cosh(k * step) / Math.pow(Math.cosh(inner), 2);
      if (Math.abs(u) < 1) {
        total = total.plus(mapped(body, low, high, u).times(Complex.of(weight)));
      }
    }
    return total;
  }

  /// The integrand at u between -1 and 1, where the interval is drawn together to that.
  private static Complex mapped(DoubleFunction<Complex> body, double low, double high, double u) {
    var t = (1 + u) / 2;
    if (Double.isInfinite(low) && Double.isInfinite(high)) {
      var slope = (1 + u * u) / Math.pow(1 - u * u, 2);
      return body.apply(u / (1 - u * u)).times(Complex.of(slope));
    }
    if (Double.isInfinite(high)) {
      return body.apply(low + t / (1 - t)).times(Complex.of(0.5 / Math.pow(1 - t, 2)));
    }
    if (Double.isInfinite(low)) {
      return body.apply(high - t / (1 - t)).times(Complex.of(0.5 / Math.pow(1 - t, 2)));
    }
    return body.apply(low + (high - low) * t).times(Complex.of((high - low) / 2));
  }

  private static Complex limit(Fn fn, Evaluation at) {
    var to = (Rel) fn.parts().getFirst();
    var target = bound(to.right(), at);
    DoubleFunction<Complex> body = x -> at.at(name(to.left()), x, fn.parts().get(2));
    if (Double.isInfinite(target)) {
      var sign = Math.signum(target);
      return agreed(body.apply(sign * 1000), body.apply(sign * 10_001));
    }
    var side = fn.parts().get(1);
    if (side.equals(BigOperators.FROM_ABOVE)) {
      return oneSided(body, target, 1);
    }
    return side.equals(BigOperators.FROM_BELOW)
        ? oneSided(body, target, -1)
        : agreed(oneSided(body, target, -1), oneSided(body, target, 1));
  }

  private static Complex oneSided(DoubleFunction<Complex> body, double target, int sign) {
    return agreed(body.apply(target + sign * 1e-3), body.apply(target + sign * 1e-4));
  }

  private static Complex derivative(Fn fn, Evaluation at) {
    var variable = fn.parts().get(1);
    var x = bound(variable, at);
    var h = 1e-4 * Math.max(1, Math.abs(x));
    var body = fn.parts().getFirst();
    return at.at(name(variable), x + h, body)
        .minus(at.at(name(variable), x - h, body))
        .dividedBy(Complex.of(2 * h));
  }

  private static Complex series(Fn fn, Evaluation at) {
    var start = (Rel) fn.parts().getFirst();
    var from = bound(start.right(), at);
    var sum = fn.name().equals("sum");
    var total = sum ? Complex.ZERO : Complex.ONE;
    var halfway = total;
    var settled = 0;
    for (var k = 0; k < TERMS[1] && settled < SETTLED; k++) {
      halfway = k == TERMS[0] ? total : halfway;
      var before = total;
      var term = at.at(name(start.left()), from + k, fn.parts().get(2));
      total = sum ? total.plus(term) : total.times(term);
      settled = total.equals(before) ? settled + 1 : 0;
    }
    return settled == SETTLED ? total : agreed(halfway, total);
  }
}
