package dev.cft.grading.math;

import dev.cft.grading.math.Node.Fn;
import dev.cft.grading.math.Node.Num;
import dev.cft.grading.math.Node.Pow;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// Compares two expressions by their values at fixed points that look random.
///
/// By the Schwartz-Zippel argument two different expressions of the kind that answers are made of
/// agree at all points with negligible probability; the opposite error is excluded, because one
/// clear difference decides.
final class Probe {
  enum Outcome {
    SAME,
    DIFFERENT,
    UNKNOWN
  }

  private static final int POINTS = 14;

  /// Further ones on both sides, out to 40 (our choice): |x + 5| is x + 5 wherever x is small.
  private static final int FAR_POINTS = 4;

  /// Points at which both must have a value for the answer "same".
  private static final int ENOUGH = 3;

  /// Differences relative to the largest intermediate value: below the first one only rounding,
  /// above the second one certainly more (doubles carry 2e-16; our choice).
  private static final double SAME = 1e-10;

  private static final double CLEAR = 1e-7;
  private static final Set<String> INTEGER_FUNCTIONS =
      Set.of(
          "factorial",
          "binomial",
          "sum",
          "prod",
          "mod",
          "gcd",
          "lcm",
          "sub",
          "apply",
          "floor",
          "ceil");

  private final Budget budget;
  private final int points;

  Probe(Edition edition, Budget budget) {
    this.budget = budget;
    this.points = edition.looksFar() ? POINTS + FAR_POINTS : POINTS;
  }

  Outcome compare(Node a, Node b) {
    var outcome = compare(a, b, Math.E);
    var bare = hasBareLog(a) || hasBareLog(b);
    return outcome != Outcome.SAME && bare ? best(outcome, compare(a, b, 10)) : outcome;
  }

  private static Outcome best(Outcome first, Outcome second) {
    return second == Outcome.SAME ? second : first;
  }

  private static boolean hasBareLog(Node node) {
    return node.all()
        .anyMatch(n -> n instanceof Fn f && f.name().equals("log") && f.parts().size() == 1);
  }

  private Outcome compare(Node a, Node b, double logBase) {
    var results = new ArrayList<Sample>();
    var constant = isConstant(a) && isConstant(b);
    var whole = isOnIntegers(a) || isOnIntegers(b);
    for (var i = 0; i < (constant ? 1 : points); i++) {
      var sample = sample(a, b, i, whole, logBase);
      if (sample != null) {
        results.add(sample);
      }
    }
    // Where some points stay real, the others are outside of the expressions' domain.
    if (results.stream().anyMatch(Sample::real)) {
      results.removeIf(sample -> !sample.real());
    }
    return verdict(results, constant ? 1 : ENOUGH);
  }

  private static Outcome verdict(List<Sample> samples, int needed) {
    if (samples.stream().anyMatch(s -> s.conclusive() && s.difference() > CLEAR)) {
      return Outcome.DIFFERENT;
    }
    return samples.size() >= needed && samples.stream().allMatch(s -> s.difference() <= SAME)
        ? Outcome.SAME
        : Outcome.UNKNOWN;
  }

  private record Sample(double difference, boolean real, boolean conclusive) {}

  private @org.jspecify.annotations.Nullable Sample sample(
      Node a, Node b, int number, boolean whole, double logBase) {
    try {
      Evaluation.Point point = name -> Complex.of(value(name, number, whole));
      var left = new Evaluation(Map.of(), point, budget, logBase);
      var right = new Evaluation(Map.of(), point, budget, logBase);
      var x = left.of(a);
      var y = right.of(b);
      if (!x.isFinite() || !y.isFinite()) {
        return x.isFinite() == y.isFinite() || (!infinite(x) && !infinite(y))
            ? null
            : different(left, right);
      }
      var scale = Math.max(Math.max(left.scale(), right.scale()), 1e-300);
      // Against the values themselves, unless cancellation has eaten their digits.
      var size = Math.max(Math.max(x.size(), y.size()), 1e-5 * scale);
      return new Sample(
          x.minus(y).size() / size,
          left.stayedReal() && right.stayedReal(),
          left.isConclusive() && right.isConclusive());
    } catch (NotNumericException e) {
      return null;
    }
  }

  private static Sample different(Evaluation left, Evaluation right) {
    return new Sample(1, left.stayedReal() && right.stayedReal(), false);
  }

  private static boolean infinite(Complex x) {
    return Double.isInfinite(x.re());
  }

  /// Positive and negative, never near a whole number where only real points are wanted.
  static double value(String name, int number, boolean whole) {
    var unit = Hashing.unit(name, number + 1);
    if (whole) {
      // Small for the half of the points, where factorials are exact; larger for roots and floors.
      return 3 + Math.floor(unit * (number % 2 == 0 ? 9 : 60));
    }
    if (number >= POINTS) {
      var far = 4 + unit * 36;
      return number % 2 == 0 ? -far : far;
    }
    var size = 0.3 + unit * 2.4;
    return number % 3 == 2 ? -size : size;
  }

  private static boolean isConstant(Node node) {
    return Evaluation.variables(node).isEmpty();
  }

  static boolean isOnIntegers(Node node) {
    return node.all()
        .anyMatch(n ->
            (n instanceof Fn f && INTEGER_FUNCTIONS.contains(f.name().split(" ", 2)[0]))
                || (n instanceof Pow p
                    && p.base() instanceof Num base
                    && base.value().signum() < 0));
  }
}
