package dev.cft.grading.instructions;

import java.util.Locale;
import java.util.regex.Pattern;

/// Words and letters that must or must not occur. Keywords are taken literally, never as patterns.
final class WordChecks {
  private static final int FLAGS =
      Pattern.CASE_INSENSITIVE | Pattern.UNICODE_CASE | Pattern.UNICODE_CHARACTER_CLASS;

  /// Words as the Penn Treebank splits them: punctuation and clitics ('s, n't) apart, hyphens kept.
  private static final Pattern TREEBANK = Pattern.compile("[^\\s;@#$%&?!,()\\[\\]{}<>\"“”`*…]+");

  private static final Pattern EDGES = Pattern.compile("^['‘’:]+|['‘’:.]+$");
  private static final Pattern CLITIC = Pattern.compile("(?i)(?:['’](?:s|m|d|ll|re|ve)|n['’]t)$");

  private WordChecks() {}

  static boolean existence(Arguments arguments, String response) {
    return arguments.texts("keywords").stream()
        .allMatch(word -> literal(word).matcher(response).find());
  }

  static boolean frequency(Arguments arguments, String response) {
    var count = (int) literal(arguments.text("keyword")).matcher(response).results().count();
    return arguments.holds("relation", count, arguments.number("frequency"));
  }

  static boolean forbidden(Arguments arguments, String response) {
    return arguments.texts("forbidden_words").stream()
        .noneMatch(word ->
            Pattern.compile("\\b" + Pattern.quote(word) + "\\b", FLAGS).matcher(response).find());
  }

  /// Where the data ask for a sign instead of a letter, the sign is counted; the published checker
  /// counts a random letter then, so those two verdicts cannot be reproduced.
  static boolean letters(Arguments arguments, String response) {
    var letter = arguments.text("letter").toLowerCase(Locale.ROOT);
    if (letter.codePointCount(0, letter.length()) != 1) {
      throw new BadInstructionException(
          "keywords:letter_frequency needs one letter, not '%s'".formatted(letter));
    }
    var wanted = letter.codePointAt(0);
    var count =
        (int) response.toLowerCase(Locale.ROOT).codePoints().filter(c -> c == wanted).count();
    return arguments.holds("let_relation", count, arguments.number("let_frequency"));
  }

  static boolean capitalWords(Arguments arguments, String response) {
    var match = TREEBANK.matcher(response.replace("--", " "));
    var count = 0;
    while (match.find()) {
      var word = EDGES.matcher(match.group()).replaceAll("");
      var clitic = CLITIC.matcher(word);
      if (clitic.find()) {
        count += isCapital(clitic.group()) ? 1 : 0;
        word = word.substring(0, clitic.start());
      }
      count += isCapital(word) ? 1 : 0;
    }
    return arguments.holds("capital_relation", count, arguments.number("capital_frequency"));
  }

  /// At least one letter with case, and none in lower case.
  static boolean isCapital(String word) {
    return word.codePoints().anyMatch(Character::isUpperCase)
        && word.codePoints().noneMatch(Character::isLowerCase);
  }

  private static Pattern literal(String word) {
    return Pattern.compile(Pattern.quote(word), FLAGS);
  }
}
