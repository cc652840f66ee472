package dev.cft.grading.qwen;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;

/// What the CFT authors added. It accepts different numbers as equal: two powers of ten with the
/// same exponent whatever stands before them, and numbers that agree in few digits.
final class Fork {
  private static final Pattern TIMES =
      Pattern.compile("(\\d++\\.?\\d*)\\\\times10\\^\\{?([+-]?\\d{1,6}+)\\}?");
  private static final Pattern POWER = Pattern.compile("10\\^\\{([+-]?\\d{1,6}+)\\}");
  private static final Pattern PLAIN_TIMES =
      Pattern.compile("(\\d++\\.?\\d*)times10\\^\\{([+-]?\\d{1,6}+)\\}");

  private Fork() {}

  /// Scientific notation as a number, anything else as its text.
  static boolean sameNumber(String a, String b) {
    var x = number(a);
    var y = number(b);
    return (x.isEmpty() && y.isEmpty()) ? a.equals(b) : x.equals(y);
  }

  private static Optional<Double> number(String text) {
    if (text.toLowerCase(Locale.ROOT).replace("times", "").contains("e")) {
      return PythonNumbers.parse(text);
    }
    var match = TIMES.matcher(text);
    return match.find()
        ? Optional.of(
            Double.parseDouble(match.group(1)) * Math.pow(10, Integer.parseInt(match.group(2))))
        : Optional.empty();
  }

  /// Both written out with six decimals; of `a\times10^{n}` only the power is looked at.
  static boolean sameDecimal(String a, String b) {
    return decimal(a).equals(decimal(b));
  }

  private static String decimal(String text) {
    if (text.toLowerCase(Locale.ROOT).contains("e")) {
      return PythonNumbers.parse(text).map(Fork::fixed).orElse(text);
    }
    var match = POWER.matcher(text);
    return match.find() ? fixed(Math.pow(10, Integer.parseInt(match.group(1)))) : text;
  }

  private static String fixed(double value) {
    if (!Double.isFinite(value)) {
      return "inf";
    }
    return new BigDecimal(value)
        .setScale(6, RoundingMode.HALF_EVEN)
        .toPlainString()
        .replaceAll("0+$", "")
        .replaceAll("\\.$", "");
  }

  /// Equal to as many digits as the shorter one has.
  static boolean sameSignificantDigits(String a, String b) {
    var x = value(a);
    var y = value(b);
    if (x.isEmpty() || y.isEmpty()) {
      return false;
    }
    var scale = Math.max(Math.abs(x.get()), Math.abs(y.get()));
    var digits = Math.min(digits(a), digits(b));
    return scale == 0 || Math.abs(x.get() - y.get()) / scale <= 0.5 * Math.pow(10, 1 - digits);
  }

  private static Optional<Double> value(String text) {
    var plain = text.replace(",", "");
    // The word "times" holds an e, so such a text never gets past Python's float.
    if (plain.toLowerCase(Locale.ROOT).contains("e")) {
      return PythonNumbers.parse(plain);
    }
    var match = PLAIN_TIMES.matcher(plain.replace("\\", ""));
    return match.find()
        ? Optional.of(
            Double.parseDouble(match.group(1)) * Math.pow(10, Integer.parseInt(match.group(2))))
        : PythonNumbers.parse(plain.replace("\\", ""));
  }

  private static int digits(String text) {
    var plain = text.replace(",", "").toLowerCase(Locale.ROOT);
    var written =
        plain.contains("e") ? PythonNumbers.parse(plain).map(Fork::fixed).orElse(plain) : plain;
    return written.replaceAll("0+$", "").replaceAll("\\.$", "").replaceAll("\\D", "").length();
  }
}
