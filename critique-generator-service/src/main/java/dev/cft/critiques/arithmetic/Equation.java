package dev.cft.critiques.arithmetic;

import dev.cft.critiques.arithmetic.Expression.Percent;
import java.math.BigDecimal;

/// An equation as a solution states it: something to compute, and what it is said to be.
///
/// @param isAbout stated as approximate: rounding to a whole number is allowed too
record Equation(Expression left, Expression right, boolean isAbout) {
  private static final BigDecimal HALF_UNIT = new BigDecimal("0.5000000001");

  /// Money is rounded to two places without a word; fewer places of an exact decimal are an error.
  private static final int UNREMARKABLE_PLACES = 2;

  /// Solutions carry binary floating point from calculators (14.999999999999998): beyond this place
  /// digits say nothing.
  private static final int NOISE_PLACES = 9;

  /// Whether the two sides are equal, or the right one is the left one rounded.
  ///
  /// Rounded means: to the digits shown, where the exact value has no last digit (10 / 3 = 3.33,
  /// cut or rounded) or at least two places are shown.
  boolean isRight() {
    return isRight(Percent.HUNDREDTHS)
        || (right.hasPercent() && isRight(Percent.IGNORED))
        || (right.hasPercent() && !left.hasPercent() && isRightAsPercentage());
  }

  private boolean isRight(Percent reading) {
    return agrees(left.value(reading), right.value(reading), reading);
  }

  /// `15 / 60 * 100 = 25%` and `15 / 60 = 25%` are both in use.
  private boolean isRightAsPercentage() {
    return agrees(
        left.value(Percent.HUNDREDTHS).times(Exact.HUNDRED),
        right.value(Percent.IGNORED),
        Percent.IGNORED);
  }

  private boolean agrees(Exact computed, Exact stated, Percent reading) {
    return computed.isWithin(BigDecimal.ONE, NOISE_PLACES, stated)
        || isRounded(computed, stated, reading);
  }

  private boolean isRounded(Exact computed, Exact stated, Percent reading) {
    if (!(unsigned(right) instanceof Expression.Literal literal)) {
      return false;
    }
    var isHundredth = literal.hasPercent() && reading == Percent.HUNDREDTHS;
    var places = Math.min(NOISE_PLACES, literal.decimals() + (isHundredth ? 2 : 0));
    if (isAbout) {
      return computed.isWithin(BigDecimal.ONE, places, stated);
    }
    if (!computed.isDecimal()) {
      return literal.decimals() > 0 && computed.isWithin(BigDecimal.ONE, places, stated);
    }
    return literal.decimals() >= UNREMARKABLE_PLACES
        && computed.isWithin(HALF_UNIT, places, stated);
  }

  private static Expression unsigned(Expression expression) {
    return expression instanceof Expression.Negated(Expression inner) ? inner : expression;
  }

  /// What the left side really is.
  String computed() {
    return left.value(Percent.HUNDREDTHS).toString();
  }

  /// What the right side says.
  String stated() {
    return right.text();
  }

  /// The stated value.
  Exact statedValue() {
    return right.value(Percent.HUNDREDTHS);
  }
}
