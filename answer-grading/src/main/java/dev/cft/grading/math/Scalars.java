package dev.cft.grading.math;

import dev.cft.grading.math.Node.Fn;
import dev.cft.grading.math.Node.Num;
import dev.cft.grading.math.Node.Sym;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.MathContext;
import java.math.RoundingMode;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/// Compares two single values: exactly where both are rational, else by probing. Where one of them
/// was written as a decimal it may be rounded to the agreed number of decimals.
final class Scalars {
  private final MathOptions options;
  private final Edition edition;
  private final Budget budget;
  private final Probe probe;
  private final Optional<ByAlgebra> algebra;

  Scalars(MathOptions options, Edition edition, Budget budget, Optional<ByAlgebra> algebra) {
    this.algebra = algebra;
    this.options = options;
    this.edition = edition;
    this.budget = budget;
    this.probe = new Probe(edition, budget);
  }

  Comparison compare(Node a, Node b) {
    var values = values(a, b);
    return edition.acceptsRounding()
            && !values.isSame()
            && (Rounding.isOf(a, b, budget) || Rounding.isOf(b, a, budget))
        ? Comparison.same("the same value, rounded to the decimals written")
        : values;
  }

  private Comparison values(Node a, Node b) {
    if (a instanceof Num x && b instanceof Num y) {
      return numbers(x, y);
    }
    if (inBase(a) || inBase(b)) {
      return bases(a, b);
    }
    var other = options.strict() ? b : renamed(a, b);
    var outcome = probe.compare(a, other);
    if (outcome == Probe.Outcome.SAME) {
      return Comparison.same("the same value wherever both were evaluated");
    }
    if ((a.isDecimal() || other.isDecimal()) && isRounded(a, other)) {
      return Comparison.same("the same value to %d decimals".formatted(options.precision()));
    }
    return outcome == Probe.Outcome.DIFFERENT
        ? Comparison.different("another value")
        : lastResort(a, other);
  }

  private Comparison lastResort(Node a, Node b) {
    return algebra
        .filter(_ -> ByAlgebra.concerns(a, b))
        .map(asked -> asked.compare(a, b, (x, y) -> isClose(a, x, b, y)))
        .orElse(Comparison.unknown("the values could not be compared"));
  }

  /// What rounding allows of values that are known in doubles.
  private boolean isClose(Node a, Complex x, Node b, Complex y) {
    return (a.isDecimal() || b.isDecimal())
        && x.isReal()
        && y.isReal()
        && (isRounded(exact(x.re()), exact(y.re())) || Rounding.isOf(a, y) || Rounding.isOf(b, x));
  }

  private Comparison numbers(Num a, Num b) {
    if (a.value().equals(b.value())) {
      return Comparison.same("the same number");
    }
    return (a.decimal() || b.decimal()) && isRounded(a.value(), b.value())
        ? Comparison.same("the same number to %d decimals".formatted(options.precision()))
        : Comparison.different("%s is not %s".formatted(shown(b.value()), shown(a.value())));
  }

  private static String shown(Rational value) {
    var text = value.toString();
    return text.length() <= 40 ? text : text.substring(0, 39) + "…";
  }

  /// Equal when rounded, and not so small that rounding leaves nothing to compare.
  private boolean isRounded(Rational a, Rational b) {
    var difference = a.minus(b).abs();
    var unit =
        Rational.ONE.dividedBy(
            new Rational(BigInteger.TEN.pow(options.precision()), BigInteger.ONE));
    var larger = a.abs().compareTo(b.abs()) > 0 ? a.abs() : b.abs();
    return difference.compareTo(larger.times(unit).times(Rational.of(10))) <= 0
        && (difference.compareTo(unit.dividedBy(Rational.of(2))) <= 0
            || rounded(a).compareTo(rounded(b)) == 0);
  }

  private BigDecimal rounded(Rational value) {
    return new BigDecimal(value.numerator())
        .divide(new BigDecimal(value.denominator()), options.precision(), RoundingMode.HALF_UP);
  }

  private boolean isRounded(Node a, Node b) {
    try {
      var x = Evaluation.constant(a, budget);
      var y = Evaluation.constant(b, budget);
      return x.isFinite()
          && y.isFinite()
          && isRounded(exact(x.re()), exact(y.re()))
          && (x.im() == y.im() || isRounded(exact(x.im()), exact(y.im())));
    } catch (NotNumericException e) {
      return false;
    }
  }

  private static Rational exact(double value) {
    return Rational.of(new BigDecimal(value, MathContext.DECIMAL64).stripTrailingZeros());
  }

  private static boolean inBase(Node node) {
    return node instanceof Fn fn && fn.name().equals("base");
  }

  /// Digits with a base against digits without: the base may go without saying.
  private static Comparison bases(Node a, Node b) {
    if (inBase(a) && inBase(b) && a.parts().getLast().equals(b.parts().getLast())) {
      return a.parts().getFirst().equals(b.parts().getFirst())
          ? Comparison.same("the same digits")
          : Comparison.different("other digits");
    }
    if (inBase(a) && inBase(b)) {
      return Comparison.unknown("the bases differ");
    }
    var x = a instanceof Fn fn && inBase(a) ? fn.parts().getFirst() : a;
    var y = b instanceof Fn fn && inBase(b) ? fn.parts().getFirst() : b;
    return x.key().equals(y.key())
        ? Comparison.same("the same digits")
        : Comparison.different("other digits");
  }

  /// The prediction with its variables named as gold's, in order of appearance.
  private static Node renamed(Node gold, Node prediction) {
    var names = Evaluation.variables(gold);
    var others = Evaluation.variables(prediction);
    if (names.size() != others.size()) {
      return prediction;
    }
    Map<String, Node> map = new HashMap<>();
    for (var i = 0; i < names.size(); i++) {
      map.put(others.get(i), new Sym(names.get(i)));
    }
    return Substitution.of(prediction, map);
  }
}
