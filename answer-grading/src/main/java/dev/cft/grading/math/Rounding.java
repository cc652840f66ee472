package dev.cft.grading.math;

import dev.cft.grading.math.Node.Num;
import java.math.BigDecimal;
import java.util.Map;
import java.util.Optional;

/// Whether a decimal is an exact value rounded to the decimals that are written: 85.71 for 600/7.
///
/// Only a decimal of at least four significant digits says so by itself: 0.7 for 2/3 may be another
/// value. An exact value is one without a decimal point; two decimals are never rounded to each
/// other here.
final class Rounding {
  /// Fewest significant digits, trailing zeros left out (our choice: the published graders accept a
  /// relative error of 1e-4, which four digits keep to within a factor of five).
  private static final int DIGITS = 4;

  /// Most significant digits that a value of doubles is compared to.
  private static final int DOUBLE_DIGITS = 12;

  /// Longest denominator that is looked at, in bits: some 60 decimals.
  private static final int MAX_BITS = 200;

  private Rounding() {}

  static boolean isOf(Node rounded, Node exact, Budget budget) {
    if (!(rounded instanceof Num n) || !n.decimal() || exact.isDecimal()) {
      return false;
    }
    return written(n.value())
        .filter(Rounding::saysSo)
        .map(decimal ->
            exact instanceof Num m
                ? isWithinHalf(decimal, m.value(), n.value())
                : isWithinHalf(decimal, exact, budget))
        .orElse(false);
  }

  private static boolean saysSo(BigDecimal decimal) {
    return decimal.precision() >= DIGITS && decimal.scale() > 0;
  }

  /// The digits without trailing zeros; empty where they never end.
  private static Optional<BigDecimal> written(Rational value) {
    if (value.denominator().bitLength() > MAX_BITS || value.bits() > 2 * MAX_BITS) {
      return Optional.empty();
    }
    try {
      return Optional.of(
          new BigDecimal(value.numerator())
              .divide(new BigDecimal(value.denominator()))
              .stripTrailingZeros());
    } catch (ArithmeticException e) {
      return Optional.empty();
    }
  }

  private static boolean isWithinHalf(BigDecimal decimal, Rational exact, Rational rounded) {
    var half = Rational.of(BigDecimal.valueOf(5, decimal.scale() + 1));
    return exact.minus(rounded).abs().compareTo(half) <= 0;
  }

  private static boolean isWithinHalf(BigDecimal decimal, Node exact, Budget budget) {
    if (decimal.precision() > DOUBLE_DIGITS) {
      return false;
    }
    try {
      var evaluation = new Evaluation(Map.of(), Evaluation.Point.NONE, budget, Math.E);
      var value = evaluation.of(exact);
      return evaluation.isConclusive() && isWithinHalf(decimal, value);
    } catch (NotNumericException e) {
      return false;
    }
  }

  /// Likewise for an exact value that is known in doubles.
  static boolean isOf(Node rounded, Complex exact) {
    return rounded instanceof Num n
        && n.decimal()
        && written(n.value())
            .filter(Rounding::saysSo)
            .filter(decimal -> isWithinHalf(decimal, exact))
            .isPresent();
  }

  private static boolean isWithinHalf(BigDecimal decimal, Complex value) {
    var half = 0.5 * Math.pow(10, -decimal.scale());
    return value.isReal()
        && value.isFinite()
        && Math.abs(value.re() - decimal.doubleValue()) <= half * (1 + 1e-6);
  }
}
