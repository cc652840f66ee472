package dev.cft.critiques.arithmetic;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.MathContext;

/// An exact fraction in lowest terms with a positive denominator.
record Exact(BigInteger numerator, BigInteger denominator) {
  static final Exact HUNDRED = of(new BigDecimal(100));

  private static final BigInteger FIVE = BigInteger.valueOf(5);

  Exact {
    if (denominator.signum() == 0) {
      throw new ArithmeticException("division by zero");
    }
    var divisor = numerator.gcd(denominator).multiply(BigInteger.valueOf(denominator.signum()));
    numerator = numerator.divide(divisor);
    denominator = denominator.divide(divisor);
  }

  static Exact of(BigDecimal value) {
    return value.scale() > 0
        ? new Exact(value.unscaledValue(), BigInteger.TEN.pow(value.scale()))
        : new Exact(value.toBigIntegerExact(), BigInteger.ONE);
  }

  Exact plus(Exact other) {
    return new Exact(
        numerator.multiply(other.denominator).add(other.numerator.multiply(denominator)),
        denominator.multiply(other.denominator));
  }

  Exact minus(Exact other) {
    return plus(other.negated());
  }

  Exact times(Exact other) {
    return new Exact(numerator.multiply(other.numerator), denominator.multiply(other.denominator));
  }

  /// @throws ArithmeticException `other` is zero
  Exact dividedBy(Exact other) {
    return new Exact(numerator.multiply(other.denominator), denominator.multiply(other.numerator));
  }

  Exact power(int exponent) {
    return new Exact(numerator.pow(exponent), denominator.pow(exponent));
  }

  Exact negated() {
    return new Exact(numerator.negate(), denominator);
  }

  /// Whether some decimal number equals it.
  boolean isDecimal() {
    return withoutFactor(withoutFactor(denominator, BigInteger.TWO), FIVE).equals(BigInteger.ONE);
  }

  private static BigInteger withoutFactor(BigInteger value, BigInteger factor) {
    var rest = value;
    while (rest.mod(factor).signum() == 0) {
      rest = rest.divide(factor);
    }
    return rest;
  }

  /// Whether the two are less than `units` units of the last of `decimals` places apart.
  boolean isWithin(BigDecimal units, int decimals, Exact other) {
    var distance = minus(other);
    var bound = of(units.movePointLeft(decimals));
    return distance
            .numerator
            .abs()
            .multiply(bound.denominator)
            .compareTo(bound.numerator.multiply(distance.denominator))
        < 0;
  }

  /// A decimal number where one equals it, else the decimal number to six digits.
  @Override
  public String toString() {
    var precision = isDecimal() ? MathContext.UNLIMITED : new MathContext(6);
    return new BigDecimal(numerator)
        .divide(new BigDecimal(denominator), precision)
        .stripTrailingZeros()
        .toPlainString();
  }
}
