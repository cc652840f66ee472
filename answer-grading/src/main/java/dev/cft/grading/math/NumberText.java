package dev.cft.grading.math;

import java.util.regex.Pattern;

/// A number as written, with its separators taken out.
///
/// @param digits digits with at most one point
/// @param end where the text goes on
record NumberText(String digits, int end) {
  /// A separator of thousands: `,` with its LaTeX spellings, or a thin space.
  private static final String COMMA = "(?:,|\\{,\\}|,\\\\!|\\\\!,|\\\\!,\\\\!)";

  private static final Pattern GROUPED =
      Pattern.compile("[1-9]\\d{0,2}(?:" + COMMA + "\\d{3})++(?![\\d])(?:\\.\\d+)?");
  private static final Pattern SPACED =
      Pattern.compile("[1-9]\\d{0,2}(?:(?: |\\\\,|\\\\ |\\\\;|~)\\d{3})++(?![\\d])(?:\\.\\d+)?");
  private static final Pattern DECIMAL_COMMA =
      Pattern.compile("(\\d{1,3}(?:[. ]\\d{3})++|\\d++)(?:,|\\{,\\})(\\d++)(?![,.\\d])");
  private static final Pattern BRACED_COMMA = Pattern.compile("(\\d++)\\{,\\}(\\d++)(?![,.\\d])");
  private static final Pattern PLAIN = Pattern.compile("\\d++(?:\\.\\d++)?|\\.\\d++");
  private static final Pattern EXPONENT = Pattern.compile("[eE][-+]?\\d{1,6}(?![\\w.])");

  /// The number that starts at `from`.
  static NumberText at(String text, int from, Commas commas) {
    if (commas == Commas.DECIMAL) {
      var decimal = DECIMAL_COMMA.matcher(text).region(from, text.length());
      if (decimal.lookingAt()) {
        return new NumberText(
            decimal.group(1).replaceAll("[. ]", "") + "." + decimal.group(2), decimal.end());
      }
    }
    if (commas == Commas.GROUPING) {
      for (var grouped : new Pattern[] {GROUPED, SPACED}) {
        var match = grouped.matcher(text).region(from, text.length());
        if (match.lookingAt()) {
          return exponent(text, match.group().replaceAll("[^\\d.]", ""), match.end());
        }
      }
    }
    var braced = BRACED_COMMA.matcher(text).region(from, text.length());
    if (braced.lookingAt()) {
      var grouping = braced.group(2).length() == 3;
      return new NumberText(
          braced.group(1) + (grouping ? "" : ".") + braced.group(2), braced.end());
    }
    var plain = PLAIN.matcher(text).region(from, text.length());
    if (!plain.lookingAt()) {
      throw new IllegalStateException("a number was promised at " + from);
    }
    return exponent(text, plain.group(), plain.end());
  }

  /// `1.5e-3` is one number; `2e` is twice Euler's number.
  private static NumberText exponent(String text, String digits, int end) {
    var match = EXPONENT.matcher(text).region(end, text.length());
    return match.lookingAt()
        ? new NumberText(digits + match.group(), match.end())
        : new NumberText(digits, end);
  }
}
