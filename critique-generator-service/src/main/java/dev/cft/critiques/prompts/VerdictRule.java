package dev.cft.critiques.prompts;

import dev.cft.store.datasets.Verdict;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// How a verdict is read from a critique. A named rule never changes.
@FunctionalInterface
public interface VerdictRule {
  /// What jobs use: the text after the last "Conclusion" ([Verdicts]).
  String CONCLUSION = "conclusion-v1";

  /// The last "right", "correct", "wrong", "incorrect" or "not correct" anywhere.
  String LAST_WORD = "last-word-v1";

  List<String> NAMES = List.of(CONCLUSION, LAST_WORD);

  Verdict of(String critique);

  /// A named rule.
  static Optional<VerdictRule> named(String name) {
    return switch (name) {
      case CONCLUSION -> Optional.of(Verdicts::of);
      case LAST_WORD -> Optional.of(LastWord::of);
      default -> Optional.empty();
    };
  }

  /// A rule of the caller's own patterns; wrong goes first, as "incorrect" contains "correct".
  ///
  /// @throws java.util.regex.PatternSyntaxException one of them is none
  static VerdictRule patterns(@Nullable String right, @Nullable String wrong) {
    var says = right == null ? null : Pattern.compile(right, Pattern.CASE_INSENSITIVE);
    var denies = wrong == null ? null : Pattern.compile(wrong, Pattern.CASE_INSENSITIVE);
    return critique -> {
      if (denies != null && denies.matcher(critique).find()) {
        return Verdict.WRONG;
      }
      return says != null && says.matcher(critique).find() ? Verdict.RIGHT : Verdict.UNPARSED;
    };
  }

  /// Reads the last word of judgement.
  final class LastWord {
    private static final Pattern WORD =
        Pattern.compile("\\b(not\\s+(?:correct|right)|incorrect|wrong|correct|right)\\b");

    private LastWord() {}

    static Verdict of(String critique) {
      return WORD.matcher(critique.toLowerCase(Locale.ROOT))
          .results()
          .reduce((_, later) -> later)
          .map(last ->
              last.group().equals("correct") || last.group().equals("right")
                  ? Verdict.RIGHT
                  : Verdict.WRONG)
          .orElse(Verdict.UNPARSED);
    }
  }
}
