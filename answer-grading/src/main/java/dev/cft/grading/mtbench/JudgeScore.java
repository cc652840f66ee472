package dev.cft.grading.mtbench;

import java.util.OptionalDouble;
import java.util.regex.Pattern;

/// The score in a judge's answer: the first `[[7.5]]`, else the first `[7.5]`.
public final class JudgeScore {
  private static final Pattern DOUBLE = Pattern.compile("\\[\\[(\\d++\\.?\\d*+)]]");
  private static final Pattern SINGLE = Pattern.compile("\\[(\\d++\\.?\\d*+)]");

  private JudgeScore() {}

  /// The score; empty where the judge gave none (the published scripts store -1 then).
  public static OptionalDouble in(String judgment) {
    for (var pattern : new Pattern[] {DOUBLE, SINGLE}) {
      var match = pattern.matcher(judgment);
      if (match.find()) {
        return OptionalDouble.of(Double.parseDouble(match.group(1)));
      }
    }
    return OptionalDouble.empty();
  }
}
