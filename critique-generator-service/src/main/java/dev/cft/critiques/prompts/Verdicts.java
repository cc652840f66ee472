package dev.cft.critiques.prompts;

import dev.cft.store.datasets.Verdict;
import java.util.Locale;
import java.util.regex.Pattern;

/// Reads the verdict of a critique: what follows its last "Conclusion".
///
/// The rule is that of the CFT authors' scripts (`wrong` or `incorrect`, else `right` or
/// `correct`), except that a critique which says neither is [Verdict#UNPARSED] there, too, instead
/// of wrong.
public final class Verdicts {
  private static final Pattern CONCLUSION = Pattern.compile("conclusion", Pattern.CASE_INSENSITIVE);
  private static final Pattern WRONG = Pattern.compile("\\b(?:wrong|incorrect)\\b");
  private static final Pattern RIGHT = Pattern.compile("\\b(?:right|correct)\\b");
  private static final Pattern TEMPLATE = Pattern.compile("right\\s*/\\s*wrong");

  private Verdicts() {}

  /// The verdict of that text.
  public static Verdict of(String critique) {
    var after =
        CONCLUSION
            .matcher(critique)
            .results()
            .reduce((_, later) -> later)
            .map(last -> critique.substring(last.end()).toLowerCase(Locale.ROOT));
    if (after.isEmpty() || TEMPLATE.matcher(after.get()).find()) {
      return Verdict.UNPARSED;
    }
    if (WRONG.matcher(after.get()).find() || after.get().contains("not correct")) {
      return Verdict.WRONG;
    }
    return RIGHT.matcher(after.get()).find() ? Verdict.RIGHT : Verdict.UNPARSED;
  }
}
