package dev.cft.grading.instructions;

import java.util.Locale;
import java.util.regex.Pattern;

/// Numbers of words, sentences and paragraphs.
final class LengthChecks {
  private static final Pattern WORD = Pattern.compile("\\w+", Pattern.UNICODE_CHARACTER_CLASS);
  private static final Pattern STARS = Pattern.compile("\\s?\\*\\*\\*\\s?");

  private LengthChecks() {}

  static boolean words(Arguments arguments, String response) {
    var count = (int) WORD.matcher(response).results().count();
    return arguments.holds("relation", count, arguments.number("num_words"));
  }

  static boolean sentences(Arguments arguments, String response) {
    return arguments.holds(
        "relation", Sentences.count(response), arguments.number("num_sentences"));
  }

  /// Paragraphs are separated by `***`; an empty one may stand only first or last.
  static boolean paragraphs(Arguments arguments, String response) {
    var parts = STARS.split(response, -1);
    var count = parts.length;
    for (var i = 0; i < parts.length; i++) {
      if (parts[i].isBlank()) {
        if (i > 0 && i < parts.length - 1) {
          return arguments.number("num_paragraphs") < 0;
        }
        count--;
      }
    }
    return count == arguments.number("num_paragraphs");
  }

  /// Paragraphs are separated by an empty line; the nth begins with a word, case ignored.
  static boolean firstWord(Arguments arguments, String response) {
    var nth = arguments.number("nth_paragraph");
    var wanted = arguments.text("first_word").toLowerCase(Locale.ROOT);
    var parts = response.split("\n\n", -1);
    var count = parts.length;
    for (var part : parts) {
      if (part.isBlank()) {
        count--;
      }
    }
    if (nth < 1 || nth > count || parts[nth - 1].isBlank()) {
      return false;
    }
    return count == arguments.number("num_paragraphs")
        && firstWord(parts[nth - 1].strip()).equals(wanted);
  }

  private static String firstWord(String paragraph) {
    var word = paragraph.split("\\s+", 2)[0].replaceAll("^'+", "").replaceAll("^\"+", "");
    return word.split("[.,?!'\"]", 2)[0].toLowerCase(Locale.ROOT);
  }
}
