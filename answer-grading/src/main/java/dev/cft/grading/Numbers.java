package dev.cft.grading;

import dev.cft.grading.math.Rational;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// Reads numbers as people and models write them: `1,234.50`, `$18`, `50%`, `7/14`, `1 1/2`,
/// `\frac{3}{4}`, `1.2e3`, `-1.8 billion`, `18 eggs`, `x = 18`.
final class Numbers {
  /// A number as read.
  ///
  /// @param percent it was written with a percent sign
  record Quantity(Rational value, boolean percent) {}

  /// Longest text that is read as a number, and largest exponent: beyond them exact arithmetic
  /// would cost more than an answer is worth (our choice).
  private static final int MAX_CHARS = 400;

  private static final int MAX_EXPONENT = 400;

  private static final String UNSIGNED =
      "(?:\\d{1,3}(?:,\\d{3})++(?!\\d)|\\d++)(?:\\.\\d++)?|\\.\\d++";
  private static final String NUMBER = "(?:" + UNSIGNED + ")(?:[eE][-+]?\\d{1,9}+)?";
  private static final Pattern IN_TEXT =
      Pattern.compile("(?<![\\w.,])(?:(?<![\\d)\\]])[-+])?\\$?(?:" + NUMBER + ")(?:/\\d++)?%?");
  private static final Pattern PLAIN =
      Pattern.compile(
          "(?<lead>[\\p{L}_ ]{0,60}(?:=|:|\\s|^))?\\s*"
              + "(?<sign>[-+]?)\\s*[$€£]?\\s*(?<sign2>[-+]?)"
              + "(?:(?<whole>\\d{1,9}) (?=\\d{1,9}/))?"
              + "(?<number>"
              + NUMBER
              + ")"
              + "(?:\\s*/\\s*(?<below>"
              + NUMBER
              + "))?"
              + "\\s*(?<percent>%|percent\\b)?"
              + "\\s*(?<unit>[\\p{L}°/](?:[\\p{L}°/. ()-]|\\^-?\\d|(?<=\\p{L})\\d){0,60})?\\.?");
  private static final Pattern FRAC =
      Pattern.compile("\\\\[dt]?frac\\s*\\{([^{}]{1,100})\\}\\s*\\{([^{}]{1,100})\\}");
  private static final Pattern SHORT_FRAC = Pattern.compile("\\\\[dt]?frac\\s*(\\d)\\s*(\\d)");
  private static final Pattern LATEX_TEXT =
      Pattern.compile("\\\\(?:text|mathrm|textbf|mbox)\\s*\\{([^{}]{0,100})\\}");
  private static final Map<String, Integer> SCALE_WORDS =
      Map.of("hundred", 2, "thousand", 3, "million", 6, "billion", 9, "trillion", 12);

  private Numbers() {}

  /// The last number in running text, as written.
  static Optional<String> last(String text) {
    return IN_TEXT
        .matcher(minus(text))
        .results()
        .reduce((_, later) -> later)
        .map(MatchResult::group);
  }

  /// The number that the whole text stands for, with its unit left out; empty where the text is
  /// more than one number, or none.
  static Optional<Quantity> read(String text) {
    if (text.length() > MAX_CHARS) {
      return Optional.empty();
    }
    var matcher = PLAIN.matcher(plain(text));
    return matcher.matches() ? quantity(matcher) : Optional.empty();
  }

  private static Optional<Quantity> quantity(Matcher match) {
    var scale = scaleOf(match.group("unit"));
    var above = decimal(match.group("number"));
    var below =
        match.group("below") == null
            ? Optional.of(Rational.of(BigDecimal.ONE))
            : decimal(match.group("below"));
    if (above.isEmpty() || below.isEmpty() || below.get().numerator().signum() == 0) {
      return Optional.empty();
    }
    var value = above.get().dividedBy(below.get()).times(scale);
    if (match.group("whole") != null) {
      value = value.plus(Rational.of(new BigDecimal(match.group("whole"))));
    }
    var negative = match.group("sign").equals("-") != match.group("sign2").equals("-");
    return Optional.of(
        new Quantity(negative ? value.negated() : value, match.group("percent") != null));
  }

  private static Optional<Rational> decimal(String digits) {
    var value = new BigDecimal(digits.replace(",", ""));
    return Math.abs((long) value.scale()) > MAX_EXPONENT
        ? Optional.empty()
        : Optional.of(Rational.of(value));
  }

  private static Rational scaleOf(@Nullable String unit) {
    var power =
        unit == null
            ? 0
            : SCALE_WORDS.getOrDefault(
                unit.strip().split("[ .]", 2)[0].toLowerCase(Locale.ROOT), 0);
    return new Rational(BigInteger.TEN.pow(power), BigInteger.ONE);
  }

  /// The text without mark-up: LaTeX spacing, fractions, text and mathematics delimiters, Markdown
  /// emphasis, braces.
  private static String plain(String text) {
    var s = minus(text).replace("{,}", ",").replace("\\$", "$").replace("\\%", "%");
    s = LATEX_TEXT.matcher(s).replaceAll(m -> Matcher.quoteReplacement(" " + m.group(1)));
    s = SHORT_FRAC.matcher(s).replaceAll(" $1/$2");
    s =
        FRAC.matcher(s)
            .replaceAll(m -> Matcher.quoteReplacement(" " + m.group(1) + "/" + m.group(2)));
    s = s.replaceAll("\\\\[,!;: ()\\[\\]]", " ").replace("^\\circ", "°").replace("\\circ", "°");
    s = s.replaceAll("[*`{}]", "").replace('~', ' ').replaceAll("^\\s*\\$(.*)\\$\\s*$", "$1");
    return s.replaceAll("\\s+", " ").replaceAll("(?<=[-+]) (?=[\\d.])", "").strip();
  }

  private static String minus(String text) {
    return text.replace('−', '-').replace('–', '-').replace('\u00a0', ' ').replace('\u202f', ' ');
  }
}
