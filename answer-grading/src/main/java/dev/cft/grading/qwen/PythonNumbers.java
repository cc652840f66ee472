package dev.cft.grading.qwen;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.Optional;
import java.util.regex.Pattern;

/// Numbers as Python's `float`, `round` and `isclose` see them.
final class PythonNumbers {
  private static final Pattern FLOAT =
      Pattern.compile("\\s*[+-]?(?:\\d++\\.?\\d*+|\\.\\d++)(?:[eE][+-]?\\d{1,9}+)?\\s*");
  private static final double TOLERANCE = 1e-4;

  private PythonNumbers() {}

  static Optional<Double> parse(String text) {
    return text.length() < 1000 && FLOAT.matcher(text).matches()
        ? Optional.of(Double.parseDouble(text.strip()))
        : Optional.empty();
  }

  /// A number with commas, or a percentage.
  static Optional<Double> digits(String text) {
    var plain = text.replace(",", "");
    return parse(plain)
        .or(() ->
            plain.endsWith("%")
                ? parse(plain.substring(0, plain.length() - 1).replaceAll("\\\\$", ""))
                    .map(v -> v / 100)
                : Optional.empty());
  }

  /// To one decimal, halves to even, of the exact binary value.
  static Optional<BigDecimal> toOneDecimal(String text) {
    return parse(text.replace(",", "").replace("\\", ""))
        .filter(Double::isFinite)
        .map(value ->
            new BigDecimal(value).setScale(1, RoundingMode.HALF_EVEN).stripTrailingZeros());
  }

  static boolean isClose(double a, double b) {
    return a == b || Math.abs(a - b) <= TOLERANCE * Math.max(Math.abs(a), Math.abs(b));
  }
}
