package dev.cft.grading.choice;

import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Rules that find the letter of the chosen option. All run in time linear in the text.
public enum ChoiceRule {
  /// Ours: `\boxed{C}`, then as [#THREE_STEP], but a letter that opens the text ("A. Because B …")
  /// comes before the last stand-alone one, and letters beyond the options do not count.
  MARKED,

  /// MMLU-Pro's first rule alone: the first `answer is (C)`.
  FIRST,

  /// MMLU-Pro's chain: the first `answer is (C)`; else `Answer: C`, the last one of the first line
  /// that has one; else the last stand-alone letter. Letters A to J, whatever the number of
  /// options.
  THREE_STEP,

  /// The same, and where nothing is found the published script's random guess, which it seeds anew
  /// each time, so that it depends on the number of options only.
  THREE_STEP_GUESS,

  /// The CFT authors' rule for GPQA: behind the last "the answer is" the first of A to D in the
  /// upper-cased text (the article "a" is an A), without that phrase the last one.
  GPQA_AUTHORS;

  private static final Pattern ANSWER_IS = Pattern.compile("answer is \\(?([A-J])\\)?");
  private static final Pattern ANSWER_COLON =
      Pattern.compile("[aA]nswer:\\s*+([A-J])", Pattern.UNICODE_CHARACTER_CLASS);

  /// Python's word characters, which the published patterns mean: superscripts (¹H) belong to them.
  private static final String WORD = "[\\w\\p{No}\\p{Nl}]";

  private static final Pattern ALONE = alone("A-J");
  private static final Pattern BOXED =
      Pattern.compile(
          "\\\\boxed\\s*\\{\\s*(?:\\\\(?:text|mathrm|textbf|mathbf)\\s*\\{)?\\s*\\(?([A-J])\\)?[\\s.}]*}");
  private static final Pattern LEADING =
      Pattern.compile("^[\\s*]*+\\(?([A-J])(?:[.):]|\\*\\*|\\s*$)");
  private static final Pattern LOOSE_ANSWER_IS =
      Pattern.compile(
          "(?i:answer|option|choice)(?i:\\s+is)?:?[\\s*_$(\"']{0,6}(?:\\\\text\\{)?\\(?([A-J])\\b");
  private static final Pattern GPQA_TRIGGER =
      Pattern.compile("The answer is:|The answer is|the answer is");
  private static final Pattern GPQA_LETTER = alone("A-D");

  /// What Python's `random.seed(12345); random.randint(0, n - 1)` gives for n = 1 to 10.
  private static final int[] GUESSES = {0, 1, 1, 3, 3, 3, 3, 6, 6, 6};

  private static final int MAX_OPTIONS = 10;

  /// The rule with that name in JSON.
  ///
  /// @throws IllegalArgumentException naming the known rules
  public static ChoiceRule named(String name) {
    for (var rule : values()) {
      if (rule.wireName().equals(name)) {
        return rule;
      }
    }
    throw new IllegalArgumentException(
        "unknown rule '%s'; known: marked, first, three-step, three-step-guess, gpqa-authors"
            .formatted(name));
  }

  /// The name in JSON, for instance `three-step`.
  public String wireName() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  /// The letter that a text chooses; empty where it chooses none.
  ///
  /// @param options how many options there are, 1 to 10
  public Optional<Character> letter(String text, int options) {
    if (options < 1 || options > MAX_OPTIONS) {
      throw new IllegalArgumentException("n_options is %d; 1 to 10 is allowed".formatted(options));
    }
    return switch (this) {
      case MARKED -> marked(text, options);
      case FIRST -> first(ANSWER_IS, text, MAX_OPTIONS);
      case THREE_STEP -> threeStep(text);
      case THREE_STEP_GUESS ->
          threeStep(text).or(() -> Optional.of((char) ('A' + GUESSES[options - 1])));
      case GPQA_AUTHORS -> gpqa(text);
    };
  }

  private static Pattern alone(String letters) {
    return Pattern.compile(
        "(?<!%s)([%s])(?!%s)".formatted(WORD, letters, WORD), Pattern.UNICODE_CHARACTER_CLASS);
  }

  private static Optional<Character> marked(String text, int options) {
    return last(BOXED, text, options)
        .or(() -> first(ANSWER_IS, text, options))
        .or(() -> last(LOOSE_ANSWER_IS, text, options))
        .or(() -> first(LEADING, text, options))
        .or(() -> last(ALONE, text, options));
  }

  private static Optional<Character> threeStep(String text) {
    return first(ANSWER_IS, text, MAX_OPTIONS)
        .or(() -> answerColon(text))
        .or(() -> last(ALONE, text, MAX_OPTIONS));
  }

  /// The published pattern `.*[aA]nswer:\s*([A-J])` without its backtracking: the last match that
  /// starts on the line of the first one.
  private static Optional<Character> answerColon(String text) {
    var match = ANSWER_COLON.matcher(text);
    if (!match.find()) {
      return Optional.empty();
    }
    var lineEnd = text.indexOf('\n', match.start());
    var found = letter(match);
    while (match.find() && (lineEnd < 0 || match.start() < lineEnd)) {
      found = letter(match);
    }
    return Optional.of(found);
  }

  private static Optional<Character> gpqa(String text) {
    var segments = GPQA_TRIGGER.split(text, -1);
    return segments.length > 1
        ? first(GPQA_LETTER, segments[segments.length - 1].toUpperCase(Locale.ROOT), MAX_OPTIONS)
        : last(GPQA_LETTER, text.toUpperCase(Locale.ROOT), MAX_OPTIONS);
  }

  private static Optional<Character> first(Pattern pattern, String text, int options) {
    var match = pattern.matcher(text);
    while (match.find()) {
      if (letter(match) < 'A' + options) {
        return Optional.of(letter(match));
      }
    }
    return Optional.empty();
  }

  private static Optional<Character> last(Pattern pattern, String text, int options) {
    var match = pattern.matcher(text);
    var found = Optional.<Character>empty();
    while (match.find()) {
      if (letter(match) < 'A' + options) {
        found = Optional.of(letter(match));
      }
    }
    return found;
  }

  private static char letter(Matcher match) {
    return match.group(1).charAt(0);
  }
}
