package dev.cft.grading.math;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.Optional;

/// An exact fraction in lowest terms with a positive denominator.
public record Rational(BigInteger numerator, BigInteger denominator)
    implements Comparable<Rational> {
  public static final Rational ZERO = of(0);
  public static final Rational ONE = of(1);
  public static final Rational HUNDRED = of(100);

  public Rational {
    if (denominator.signum() == 0) {
      throw new ArithmeticException("denominator is zero");
    }
    if (!denominator.equals(BigInteger.ONE)) {
      var sign = BigInteger.valueOf(denominator.signum());
      var divisor = numerator.gcd(denominator).multiply(sign);
      numerator = numerator.divide(divisor);
      denominator = denominator.divide(divisor);
    }
  }

  public static Rational of(long value) {
    return new Rational(BigInteger.valueOf(value), BigInteger.ONE);
  }

  public static Rational of(BigDecimal value) {
    return value.scale() > 0
        ? new Rational(value.unscaledValue(), BigInteger.TEN.pow(value.scale()))
        : new Rational(value.toBigIntegerExact(), BigInteger.ONE);
  }

  public Rational plus(Rational other) {
    return new Rational(
        numerator.multiply(other.denominator).add(other.numerator.multiply(denominator)),
        denominator.multiply(other.denominator));
  }

  public Rational minus(Rational other) {
    return plus(other.negated());
  }

  public Rational times(Rational other) {
    return new Rational(
        numerator.multiply(other.numerator), denominator.multiply(other.denominator));
  }

  public Rational dividedBy(Rational other) {
    return new Rational(
        numerator.multiply(other.denominator), denominator.multiply(other.numerator));
  }

  public Rational negated() {
    return new Rational(numerator.negate(), denominator);
  }

  public Rational abs() {
    return signum() < 0 ? negated() : this;
  }

  public int signum() {
    return numerator.signum();
  }

  public boolean isZero() {
    return signum() == 0;
  }

  public boolean isOne() {
    return equals(ONE);
  }

  public boolean isInteger() {
    return denominator.equals(BigInteger.ONE);
  }

  /// Bits of numerator and denominator together: what arithmetic with it costs.
  int bits() {
    return numerator.bitLength() + denominator.bitLength();
  }

  /// This to an integer power; the caller bounds the size of the result.
  Rational pow(int exponent) {
    var power = Math.abs(exponent);
    var raised = new Rational(numerator.pow(power), denominator.pow(power));
    return exponent < 0 ? ONE.dividedBy(raised) : raised;
  }

  /// The real `degree`-th root where it is rational.
  Optional<Rational> root(int degree) {
    if (signum() < 0 && degree % 2 == 0) {
      return Optional.empty();
    }
    var above = root(numerator.abs(), degree);
    var below = root(denominator, degree);
    return above.isEmpty() || below.isEmpty()
        ? Optional.empty()
        : Optional.of(new Rational(signum() < 0 ? above.get().negate() : above.get(), below.get()));
  }

  private static Optional<BigInteger> root(BigInteger value, int degree) {
    var root =
        degree == 2
            ? value.sqrt()
            : BigInteger.valueOf(Math.round(Math.pow(value.doubleValue(), 1.0 / degree)));
    return root.bitLength() * (long) degree < 4096 && root.pow(degree).equals(value)
        ? Optional.of(root)
        : Optional.empty();
  }

  /// The nearest double; infinite beyond its range.
  double toDouble() {
    if (numerator.bitLength() < 1000 && denominator.bitLength() < 1000) {
      return numerator.doubleValue() / denominator.doubleValue();
    }
    var shift = Math.max(0, 64 + denominator.bitLength() - numerator.bitLength());
    var quotient = numerator.shiftLeft(shift).divide(denominator);
    var drop = Math.max(0, quotient.bitLength() - 64);
    return Math.scalb(quotient.shiftRight(drop).doubleValue(), drop - shift);
  }

  @Override
  public int compareTo(Rational other) {
    return numerator.multiply(other.denominator).compareTo(other.numerator.multiply(denominator));
  }

  @Override
  public String toString() {
    return isInteger() ? numerator.toString() : numerator + "/" + denominator;
  }
}
