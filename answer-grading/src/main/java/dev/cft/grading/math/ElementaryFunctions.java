package dev.cft.grading.math;

import dev.cft.grading.math.Node.Fn;
import java.util.List;
import java.util.Map;
import java.util.function.DoubleUnaryOperator;

/// Values of functions by name. Most are taken on the real axis only.
final class ElementaryFunctions {
  private static final Map<String, DoubleUnaryOperator> REAL =
      Map.ofEntries(
          Map.entry("tan", Math::tan),
          Map.entry("cot", x -> 1 / Math.tan(x)),
          Map.entry("sec", x -> 1 / Math.cos(x)),
          Map.entry("csc", x -> 1 / Math.sin(x)),
          Map.entry("arcsin", Math::asin),
          Map.entry("arccos", Math::acos),
          Map.entry("arctan", Math::atan),
          Map.entry("arccot", x -> Math.PI / 2 - Math.atan(x)),
          Map.entry("arcsec", x -> Math.acos(1 / x)),
          Map.entry("arccsc", x -> Math.asin(1 / x)),
          Map.entry("sinh", Math::sinh),
          Map.entry("cosh", Math::cosh),
          Map.entry("tanh", Math::tanh),
          Map.entry("coth", x -> 1 / Math.tanh(x)),
          Map.entry("arcsinh", x -> Math.log(x + Math.sqrt(x * x + 1))),
          Map.entry("arccosh", x -> Math.log(x + Math.sqrt(x * x - 1))),
          Map.entry("arctanh", x -> Math.log((1 + x) / (1 - x)) / 2),
          Map.entry("floor", x -> Math.floor(x + 1e-12)),
          Map.entry("ceil", x -> Math.ceil(x - 1e-12)),
          Map.entry("sgn", Math::signum),
          Map.entry("factorial", x -> gamma(x + 1)));

  private ElementaryFunctions() {}

  static boolean knows(Fn fn) {
    return switch (fn.name()) {
      case "sin", "cos", "abs", "Re", "Im" -> fn.parts().size() == 1;
      case "log", "binomial", "mod" -> fn.parts().size() == 2;
      case "max", "min", "gcd", "lcm" -> fn.parts().size() >= 2;
      default -> fn.parts().size() == 1 && REAL.containsKey(fn.name());
    };
  }

  static Complex value(String name, List<Complex> arguments) {
    var x = arguments.getFirst();
    return switch (name) {
      case "abs" -> Complex.of(x.size());
      case "Re" -> Complex.of(x.re());
      case "Im" -> Complex.of(x.im());
      case "log" -> x.log().dividedBy(arguments.get(1).log());
      case "sin" -> x.im() == 0 ? Complex.of(Math.sin(x.re())) : sine(x);
      case "cos" ->
          x.im() == 0 ? Complex.of(Math.cos(x.re())) : sine(x.plus(Complex.of(Math.PI / 2)));
      case "binomial" -> Complex.of(binomial(real(x), real(arguments.get(1))));
      case "mod" -> Complex.of(modulo(real(x), real(arguments.get(1))));
      case "max" ->
          Complex.of(arguments.stream().mapToDouble(ElementaryFunctions::real).max().orElseThrow());
      case "min" ->
          Complex.of(arguments.stream().mapToDouble(ElementaryFunctions::real).min().orElseThrow());
      case "gcd" ->
          Complex.of(
              arguments.stream()
                  .mapToDouble(ElementaryFunctions::whole)
                  .reduce(0, ElementaryFunctions::gcd));
      case "lcm" ->
          Complex.of(
              arguments.stream()
                  .mapToDouble(ElementaryFunctions::whole)
                  .reduce(1, (a, b) -> a / gcd(a, b) * b));
      default -> Complex.of(REAL.getOrDefault(name, _ -> Double.NaN).applyAsDouble(real(x)));
    };
  }

  private static Complex sine(Complex x) {
    return new Complex(Math.sin(x.re()) * Math.cosh(x.im()), Math.cos(x.re()) * Math.sinh(x.im()));
  }

  private static double real(Complex x) {
    return x.isReal() ? x.re() : Double.NaN;
  }

  private static double whole(Complex x) {
    return x.isReal() && x.re() == Math.rint(x.re()) ? Math.abs(x.re()) : Double.NaN;
  }

  private static double gcd(double a, double b) {
    while (b > 0) {
      var rest = a % b;
      a = b;
      b = rest;
    }
    return a;
  }

  private static double modulo(double a, double b) {
    return a - b * Math.floor(a / b);
  }

  private static double binomial(double n, double k) {
    return gamma(n + 1) / (gamma(k + 1) * gamma(n - k + 1));
  }

  /// Lanczos' approximation with g = 7 and 9 terms (Godfrey's coefficients); about 15 digits.
  static double gamma(double x) {
    if (x == Math.rint(x) && x > 0 && x < 20) {
      var product = 1.0;
      for (var i = 2; i < x; i++) {
        product *= i;
      }
      return product;
    }
    if (x < 0.5) {
      return Math.PI / (Math.sin(Math.PI * x) * gamma(1 - x));
    }
    var y = x - 1;
    double[] c = {
      0.9999999999998099, 676.5203681218851, -1259.1392167224028, 771.3234287776531,
      -176.6150291621406, 12.507343278686905, -0.13857109526572012, 9.984369578019572e-6,
      1.5056327351493116e-7
    };
    var sum = c[0];
    for (var i = 1; i < c.length; i++) {
      sum += c[i] / (y + i);
    }
    var t = y + 7.5;
    return Math.sqrt(2 * Math.PI) * Math.pow(t, y + 0.5) * Math.exp(-t) * sum;
  }
}
