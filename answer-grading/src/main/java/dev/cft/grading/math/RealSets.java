package dev.cft.grading.math;

import dev.cft.grading.math.Node.Group;
import dev.cft.grading.math.Node.Many;
import dev.cft.grading.math.Node.Rel;
import dev.cft.grading.math.Node.SetOp;
import dev.cft.grading.math.Node.Sym;
import java.util.Map;
import java.util.NavigableSet;
import java.util.SortedSet;
import java.util.TreeSet;

/// Compares sets of real numbers however they are written (intervals, unions, inequalities, lists
/// of points) by who is in them: at every end point of either, between them, and beyond.
final class RealSets {
  private static final double NEAR = 1e-9;
  private static final int GRID = 60;

  private final Edition edition;
  private final Budget budget;

  RealSets(Edition edition, Budget budget) {
    this.edition = edition;
    this.budget = budget;
  }

  /// Something that is read as a set of reals only: an interval with a bracket, a union, a set, an
  /// inequality.
  static boolean isSet(Node node) {
    return switch (node) {
      case SetOp _ -> true;
      case Group _ -> true;
      case Sym s -> s.name().startsWith("𝔹");
      case Rel rel -> isCondition(rel);
      case Many many ->
          many.parts().stream().allMatch(part -> part instanceof Rel r && isCondition(r));
      default -> false;
    };
  }

  static boolean isCondition(Rel rel) {
    return rel.isMembership() || rel.ops().stream().allMatch("<>≤≥≠"::contains);
  }

  Comparison compare(Node a, Node b) {
    var union = compare(a, b, true);
    var both = a instanceof Many || b instanceof Many;
    return both ? union.or(() -> compare(a, b, false)) : union;
  }

  /// @param any of several conditions one is enough
  private Comparison compare(Node a, Node b, boolean any) {
    try {
      var ends = new TreeSet<Double>();
      collect(a, ends);
      collect(b, ends);
      for (var x : samples(ends)) {
        if (contains(a, x, any) != contains(b, x, any)) {
          return Comparison.different("%s is in one set only".formatted(shown(x)));
        }
      }
      return Comparison.same("the same set of real numbers");
    } catch (NotNumericException e) {
      return Comparison.unknown("these are no sets of real numbers");
    }
  }

  private static String shown(double x) {
    return x == Math.rint(x) && Math.abs(x) < 1e15 ? Long.toString((long) x) : Double.toString(x);
  }

  private static SortedSet<Double> samples(NavigableSet<Double> ends) {
    var samples = new TreeSet<Double>(ends);
    var last = Double.NaN;
    for (var end : ends) {
      samples.add(Double.isNaN(last) ? end - 1 : (last + end) / 2);
      last = end;
    }
    samples.add(Double.isNaN(last) ? 0 : last + 1);
    return samples;
  }

  private void collect(Node node, NavigableSet<Double> ends) {
    switch (node) {
      case Group group -> {
        for (var part : group.parts()) {
          addEnd(value(part), ends);
        }
      }
      case Rel rel when rel.isMembership() -> collect(rel.right(), ends);
      case Rel rel -> roots(rel, ends);
      case SetOp op -> op.parts().forEach(part -> collect(part, ends));
      case Many many -> many.parts().forEach(part -> collect(part, ends));
      case Sym s when s.name().equals("𝔹R") -> {}
      default -> addEnd(value(node), ends);
    }
  }

  private static void addEnd(double value, NavigableSet<Double> ends) {
    if (Double.isInfinite(value)) {
      return;
    }
    var near = ends.floor(value + Math.abs(value) * NEAR + NEAR);
    if (near == null || value - near > Math.abs(value) * NEAR + NEAR) {
      ends.add(value);
    }
  }

  private boolean contains(Node node, double x, boolean any) {
    return switch (node) {
      case Group group when group.isSet() ->
          group.parts().stream().anyMatch(part -> near(value(part), x));
      case Group group when group.maybeInterval() -> inInterval(group, x);
      case SetOp op ->
          switch (op.op()) {
            case '∪' -> op.parts().stream().anyMatch(part -> contains(part, x, any));
            case '∩' -> op.parts().stream().allMatch(part -> contains(part, x, any));
            default -> contains(op.parts().get(0), x, any) && !contains(op.parts().get(1), x, any);
          };
      case Rel rel when rel.isMembership() -> contains(rel.right(), x, any);
      case Rel rel -> holds(rel, x);
      case Many many when any -> many.parts().stream().anyMatch(part -> contains(part, x, true));
      case Many many -> many.parts().stream().allMatch(part -> contains(part, x, false));
      case Sym s when s.name().equals("𝔹R") -> true;
      default -> near(value(node), x);
    };
  }

  private boolean inInterval(Group group, double x) {
    var low = value(group.parts().get(0));
    var high = value(group.parts().get(1));
    if (low > high) {
      throw new NotNumericException("an interval is the wrong way round");
    }
    return (near(low, x) ? group.open() == '[' : x > low)
        && (near(high, x) ? group.close() == ']' : x < high);
  }

  private boolean holds(Rel rel, double x) {
    var name = variable(rel);
    for (var i = 0; i < rel.ops().size(); i++) {
      var left = at(rel.parts().get(i), name, x);
      var right = at(rel.parts().get(i + 1), name, x);
      var same = near(left, right);
      var holds =
          switch (rel.ops().get(i)) {
            case "<" -> !same && left < right;
            case ">" -> !same && left > right;
            case "≤" -> same || left < right;
            case "≥" -> same || left > right;
            case "≠" -> !same;
            default -> throw new NotNumericException("it is no inequality");
          };
      if (!holds) {
        return false;
      }
    }
    return true;
  }

  /// Where the sides of a relation meet: sign changes on a grid, bisected; and whole numbers.
  private void roots(Rel rel, NavigableSet<Double> ends) {
    var name = variable(rel);
    for (var part : rel.parts()) {
      if (Evaluation.variables(part).isEmpty()) {
        var end = value(part);
        addEnd(end, ends);
        addEnd(-end, ends);
      }
    }
    for (var i = 0; i < rel.ops().size(); i++) {
      var left = rel.parts().get(i);
      var right = rel.parts().get(i + 1);
      for (var x = -GRID; x < GRID; x++) {
        root(left, right, name, x, ends);
      }
    }
  }

  private void root(Node left, Node right, String name, double from, NavigableSet<Double> ends) {
    double low = from;
    double high = from + 1;
    var below = difference(left, right, name, low);
    var above = difference(left, right, name, high);
    if (below == 0) {
      addEnd(low, ends);
    }
    if (!(below * above < 0)) {
      return;
    }
    for (var i = 0; i < 60; i++) {
      var middle = (low + high) / 2;
      if (difference(left, right, name, middle) * below > 0) {
        low = middle;
      } else {
        high = middle;
      }
    }
    addEnd(low, ends);
  }

  private double difference(Node left, Node right, String name, double x) {
    return at(left, name, x) - at(right, name, x);
  }

  private static String variable(Rel rel) {
    var names =
        rel.parts().stream()
            .flatMap(part -> Evaluation.variables(part).stream())
            .distinct()
            .toList();
    if (names.size() != 1) {
      throw new NotNumericException("it has not one variable");
    }
    return names.getFirst();
  }

  /// The value with the variable, or the function `f(x)` of it, set to x.
  private double at(Node node, String name, double x) {
    if (node instanceof Node.Fn fn && fn.name().startsWith("apply ")) {
      return x;
    }
    return real(node, Map.of(name, Complex.of(x)));
  }

  private double value(Node node) {
    return real(node, Map.of());
  }

  private double real(Node node, Map<String, Complex> values) {
    var evaluation = new Evaluation(values, Evaluation.Point.NONE, budget, Math.E);
    var value = real(evaluation.of(node));
    if (edition.doubtsRelations() && !evaluation.isConclusive()) {
      throw new NotNumericException("it cannot be evaluated");
    }
    return value;
  }

  private static double real(Complex value) {
    // Infinity times a number has no imaginary part worth the name.
    return Double.isInfinite(value.re()) || value.isReal() ? value.re() : Double.NaN;
  }

  private static boolean near(double a, double b) {
    if (!Double.isFinite(a) || !Double.isFinite(b)) {
      return a == b;
    }
    return Math.abs(a - b) <= NEAR * Math.max(1, Math.max(Math.abs(a), Math.abs(b)));
  }
}
