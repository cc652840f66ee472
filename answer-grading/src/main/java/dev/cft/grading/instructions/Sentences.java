package dev.cft.grading.instructions;

import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;

/// Counts sentences by the rules of the Punkt splitter (Kiss and Strunk 2006) with a list of
/// English abbreviations in the place of its trained one.
final class Sentences {
  private static final Set<String> ABBREVIATIONS =
      Set.of(
          "mr", "mrs", "ms", "dr", "prof", "st", "vs", "jr", "sr", "gen", "col", "lt", "sgt",
          "capt", "rev", "hon", "gov", "sen", "rep", "e.g", "i.e", "etc", "inc", "ltd", "co",
          "corp", "no", "u.s", "u.k", "u.n", "a.m", "p.m", "d.c", "ph.d", "m.d", "b.a", "m.a",
          "approx", "dept", "est", "fig", "jan", "feb", "aug", "sept", "oct", "nov", "dec", "mt",
          "al", "cf", "ca");

  /// What may stand between the end sign and the space: closing brackets and quotes.
  private static final Pattern END = Pattern.compile("([.?!]+)[)\"'”’\\]}*_]*+(?=\\s+\\S)");

  private static final Pattern NUMBER = Pattern.compile("\\d+");
  private static final Pattern INITIAL = Pattern.compile("\\p{Lu}");

  private Sentences() {}

  static int count(String text) {
    var trimmed = text.strip();
    if (trimmed.isEmpty()) {
      return 0;
    }
    var count = 1;
    var match = END.matcher(trimmed);
    while (match.find()) {
      if (isEnd(trimmed, match.start(1), match.group(1), match.end())) {
        count++;
      }
    }
    return count;
  }

  private static boolean isEnd(String text, int sign, String signs, int next) {
    if (signs.indexOf('?') >= 0 || signs.indexOf('!') >= 0) {
      return true;
    }
    var after = text.substring(next).stripLeading().codePointAt(0);
    if (signs.length() > 1) {
      return Character.isUpperCase(after);
    }
    var start = sign;
    while (start > 0 && !Character.isWhitespace(text.charAt(start - 1))) {
      start--;
    }
    var word = text.substring(start, sign).replaceAll("^[(\\[\"'“‘*]+", "");
    if (INITIAL.matcher(word).matches()) {
      return false;
    }
    // A number before a small letter counts the items of a list.
    if (NUMBER.matcher(word).matches() && Character.isLowerCase(after)) {
      return false;
    }
    return !ABBREVIATIONS.contains(word.toLowerCase(Locale.ROOT));
  }
}
