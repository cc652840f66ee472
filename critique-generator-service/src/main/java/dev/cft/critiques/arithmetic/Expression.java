package dev.cft.critiques.arithmetic;

import java.math.BigDecimal;

/// An arithmetic expression as written.
sealed interface Expression {
  /// How a percent sign is read.
  enum Percent {
    /// `20%` is 0.2.
    HUNDREDTHS,
    /// `20%` is 20.
    IGNORED
  }

  /// The exact value.
  ///
  /// @throws ArithmeticException division by zero, or numbers too large to be worth computing
  Exact value(Percent percent);

  /// The expression without units, spaces round its operators.
  String text();

  int operators();

  boolean hasPercent();

  /// A number.
  ///
  /// @param text without thousands separators
  record Literal(String text, boolean hasPercent) implements Expression {
    /// Digits beyond which exact arithmetic costs more than the check is worth (our choice).
    private static final int MAX_DIGITS = 60;

    @Override
    public Exact value(Percent percent) {
      if (text.replaceFirst("%$", "").length() > MAX_DIGITS) {
        throw new ArithmeticException("a number of more than " + MAX_DIGITS + " digits");
      }
      var value = Exact.of(new BigDecimal(text.replace("%", "")));
      return hasPercent && percent == Percent.HUNDREDTHS ? value.dividedBy(Exact.HUNDRED) : value;
    }

    @Override
    public int operators() {
      return 0;
    }

    /// Digits after the decimal point.
    int decimals() {
      return Math.max(0, new BigDecimal(text.replace("%", "")).scale());
    }
  }

  /// A parenthesis.
  record Group(Expression inner) implements Expression {
    @Override
    public Exact value(Percent percent) {
      return inner.value(percent);
    }

    @Override
    public String text() {
      return inner instanceof Literal ? inner.text() : "(" + inner.text() + ")";
    }

    @Override
    public int operators() {
      return inner.operators();
    }

    @Override
    public boolean hasPercent() {
      return inner.hasPercent();
    }
  }

  /// A sign before an expression.
  record Negated(Expression inner) implements Expression {
    @Override
    public Exact value(Percent percent) {
      return inner.value(percent).negated();
    }

    @Override
    public String text() {
      return "-" + inner.text();
    }

    @Override
    public int operators() {
      return inner.operators();
    }

    @Override
    public boolean hasPercent() {
      return inner.hasPercent();
    }
  }

  /// Two expressions with an operator between them.
  record Binary(Expression left, Token.Kind operator, Expression right) implements Expression {
    /// Exponent beyond which a power is not computed (our choice).
    private static final int MAX_EXPONENT = 12;

    @Override
    public Exact value(Percent percent) {
      var a = left.value(percent);
      var b = right.value(percent);
      return switch (operator) {
        case PLUS -> a.plus(b);
        case MINUS -> a.minus(b);
        case TIMES -> a.times(b);
        case OVER -> a.dividedBy(b);
        case POWER -> a.power(exponent(b));
        case NUMBER, PERCENT, OPEN, CLOSE, EQUALS, ABOUT, WORD, BREAK, UNREADABLE ->
            throw new ArithmeticException(operator + " is no operator");
      };
    }

    private static int exponent(Exact value) {
      var exponent = value.numerator().bitLength() < 8 ? value.numerator().intValue() : -1;
      if (!value.denominator().equals(java.math.BigInteger.ONE)
          || exponent < 0
          || exponent > MAX_EXPONENT) {
        throw new ArithmeticException("the exponent " + value + " is not computed");
      }
      return exponent;
    }

    @Override
    public String text() {
      return switch (operator) {
        case PLUS -> left.text() + " + " + right.text();
        case MINUS -> left.text() + " - " + right.text();
        case TIMES -> left.text() + " * " + right.text();
        case OVER -> left.text() + " / " + right.text();
        case POWER -> left.text() + "^" + right.text();
        case NUMBER, PERCENT, OPEN, CLOSE, EQUALS, ABOUT, WORD, BREAK, UNREADABLE -> "";
      };
    }

    @Override
    public int operators() {
      return left.operators() + right.operators() + 1;
    }

    @Override
    public boolean hasPercent() {
      return left.hasPercent() || right.hasPercent();
    }
  }
}
