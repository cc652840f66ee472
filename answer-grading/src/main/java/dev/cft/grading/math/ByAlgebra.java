package dev.cft.grading.math;

import dev.cft.grading.algebra.ComputerAlgebra;
import dev.cft.grading.algebra.Values;
import dev.cft.grading.math.Node.Fn;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiPredicate;
import java.util.stream.Collectors;

/// The last resort of one comparison of answers: closed forms of integrals, limits, sums and
/// derivatives from [ComputerAlgebra], compared by their values.
///
/// Such a system errs (Symja 3.0.0 says -2 for the integral of 1/x² from -1 to 1), so an answer of
/// it counts only where [Estimates] of our own agree with it to two digits on both sides.
final class ByAlgebra {
  /// Processor time for all questions of one comparison (our choice: with what stopping takes it
  /// stays below a second).
  private static final int MILLIS = 550;

  private static final int ESTIMATE_STEPS = 2_000_000;
  private static final int[] REAL_POINTS = {0, 1, 2, 3};
  private static final int[] WHOLE_POINTS = {0, 2, 4};

  /// Relative differences as in [Probe]: closed forms lose a few digits more.
  private static final double SAME = 1e-9;

  private static final double CLEAR = 1e-6;

  private final ComputerAlgebra algebra;
  private int left = MILLIS;

  ByAlgebra(ComputerAlgebra algebra) {
    this.algebra = algebra;
  }

  /// Whether it is for this to decide.
  static boolean concerns(Node a, Node b) {
    return hasOperator(a) || hasOperator(b);
  }

  private static boolean hasOperator(Node node) {
    return node.all()
        .anyMatch(n ->
            n instanceof Fn fn && List.of("int", "lim", "sum", "prod", "D").contains(fn.name()));
  }

  /// @param close whether two values without variables count as one, beyond equality
  Comparison compare(Node a, Node b, BiPredicate<Complex, Complex> close) {
    if (isIndefinite(a) && isIndefinite(b)) {
      return unknown("two integrals have no bounds");
    }
    if (isIndefinite(a) || isIndefinite(b)) {
      return antiderivatives(a, b, close);
    }
    var x = FreeVariables.of(a);
    var y = FreeVariables.of(b);
    if (x.isAmbiguous() || y.isAmbiguous()) {
      return unknown("a variable stands inside and outside of what binds it");
    }
    var names = new LinkedHashSet<>(x.free());
    names.addAll(y.free());
    try {
      return ask(a, b, List.copyOf(names), close);
    } catch (NotNumericException e) {
      return unknown(String.valueOf(e.getMessage()));
    }
  }

  private static boolean isIndefinite(Node node) {
    return node instanceof Fn fn
        && fn.name().equals("int")
        && fn.parts().size() == 4
        && Estimates.isIndefinite(fn);
  }

  /// An integral without bounds against a function: what the function's derivative is. A constant
  /// does not matter.
  private Comparison antiderivatives(Node a, Node b, BiPredicate<Complex, Complex> close) {
    var integral = (Fn) (isIndefinite(a) ? a : b);
    var other = isIndefinite(a) ? b : a;
    if (hasOperator(other)) {
      return unknown("an integral has no bounds");
    }
    return compare(integral.parts().get(2), Fn.of("D", other, integral.parts().get(3)), close);
  }

  private static Comparison unknown(String why) {
    return Comparison.unknown("the values could not be compared: " + why);
  }

  private Comparison ask(Node a, Node b, List<String> names, BiPredicate<Complex, Complex> close) {
    var called = new LinkedHashMap<String, String>();
    names.forEach(name -> called.put(name, "v" + called.size()));
    var first = new AlgebraText(called).of(a);
    var second = new AlgebraText(called).of(b);
    if (left <= 0) {
      return unknown("no time is left for computer algebra");
    }
    var points = points(a, b, names);
    var estimates = points.stream().map(point -> Estimated.of(a, b, point)).toList();
    if (estimates.stream().noneMatch(Estimated::isKnown)) {
      // Nothing that it may say would count.
      return unknown("no estimate could confirm computer algebra");
    }
    var rules =
        points.stream()
            .map(point ->
                point.entrySet().stream()
                    .map(entry -> called.get(entry.getKey()) + "->" + entry.getValue())
                    .collect(Collectors.joining(",")))
            .toList();
    var answer = algebra.values(first, second, rules, left);
    left -= Math.max(answer.millis(), 20);
    return switch (answer.values()) {
      case Values.Unknown(var reason) -> unknown(reason);
      case Values.Known(var pairs) -> verdict(estimates, pairs, close);
    };
  }

  /// Values for the variables that look random; whole where they count something, below one where a
  /// series has to converge.
  private static List<Map<String, Double>> points(Node a, Node b, List<String> names) {
    if (names.isEmpty()) {
      return List.of(Map.of());
    }
    var infinite = isSeries(a) || isSeries(b);
    var whole = !infinite && (Probe.isOnIntegers(a) || Probe.isOnIntegers(b));
    var points = new ArrayList<Map<String, Double>>();
    for (var number : whole ? WHOLE_POINTS : REAL_POINTS) {
      var point = new LinkedHashMap<String, Double>();
      for (var name : names) {
        var value = Probe.value(name, number, whole);
        point.put(name, infinite ? Math.abs(value) / 3 : value);
      }
      points.add(point);
    }
    return points;
  }

  private static boolean isSeries(Node node) {
    return node.all()
        .anyMatch(n ->
            n instanceof Fn fn
                && (fn.name().equals("sum") || fn.name().equals("prod"))
                && fn.parts().get(1).equals(Constants.INFINITY));
  }

  private static Comparison verdict(
      List<Estimated> estimates, List<double[]> pairs, BiPredicate<Complex, Complex> close) {
    var same = 0;
    for (var i = 0; i < estimates.size(); i++) {
      var pair = pairs.get(i);
      var x = new Complex(pair[0], pair[1]);
      var y = new Complex(pair[2], pair[3]);
      var estimated = estimates.get(i);
      if (!estimated.confirms(x, y)) {
        continue;
      }
      var difference = x.minus(y).size() / Math.max(Math.max(x.size(), y.size()), 1e-300);
      if (difference <= SAME || (estimated.isConstant() && close.test(x, y))) {
        same++;
      } else if (difference > CLEAR) {
        return Comparison.different("another value by computer algebra");
      } else {
        return unknown("they differ by rounding only");
      }
    }
    return same >= Math.min(2, estimates.size())
        ? Comparison.same("the same value by computer algebra")
        : unknown("computer algebra could not be confirmed");
  }

  /// Estimates of our own of both sides at a point; empty where there is none to rely on.
  private record Estimated(Optional<Complex> a, Optional<Complex> b, boolean isConstant) {
    static Estimated of(Node a, Node b, Map<String, Double> point) {
      var first = estimate(a, point);
      return new Estimated(
          first, first.isPresent() ? estimate(b, point) : Optional.empty(), point.isEmpty());
    }

    private static Optional<Complex> estimate(Node node, Map<String, Double> point) {
      Evaluation.Point there =
          name -> {
            var number = point.get(name);
            if (number == null) {
              throw new NotNumericException("it has the variable " + name);
            }
            return Complex.of(number);
          };
      try {
        var evaluation = Evaluation.estimating(there, new Budget(ESTIMATE_STEPS));
        var estimate = evaluation.of(node);
        return evaluation.isConclusive() ? Optional.of(estimate) : Optional.empty();
      } catch (NotNumericException | Budget.ExhaustedException e) {
        return Optional.empty();
      }
    }

    boolean isKnown() {
      return a.isPresent() && b.isPresent();
    }

    boolean confirms(Complex x, Complex y) {
      return isKnown()
          && Estimates.isNear(a.orElseThrow(), x)
          && Estimates.isNear(b.orElseThrow(), y);
    }
  }
}
