package dev.cft.critiques.arithmetic;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.regex.Pattern;

/// A solution written as numbered steps: `Step 1 : 9 * 6 = 54 . Step 2 : 54 - 7 = 47 . #### 47`.
///
/// @param byNumber what each step says, without its closing full stop; the first of equal numbers
///   counts
record Steps(Map<Integer, String> byNumber) {
  private static final Pattern STEP =
      Pattern.compile(
          "Step\\s{0,3}(\\d{1,3})\\s{0,3}:\\s*(.*?)\\s*(?=Step\\s{0,3}\\d|####|\\[END]|\\z)",
          Pattern.DOTALL);
  private static final Pattern FULL_STOP = Pattern.compile("\\s*\\.\\s*$");

  Steps {
    byNumber = Map.copyOf(byNumber);
  }

  static Steps in(String solution) {
    var steps = new LinkedHashMap<Integer, String>();
    STEP.matcher(solution)
        .results()
        .forEach(step ->
            steps.putIfAbsent(
                Integer.valueOf(step.group(1)), FULL_STOP.matcher(step.group(2)).replaceFirst("")));
    return new Steps(steps);
  }

  boolean isEmpty() {
    return byNumber.isEmpty();
  }

  /// Whether the step is one plain equation, so that it can be compared as a whole.
  static boolean isEquation(String step) {
    return step.indexOf('=') > 0 && step.indexOf('=') == step.lastIndexOf('=');
  }

  /// Whether two equations have the same operands, operator and result.
  static boolean isSame(String equation, String other) {
    return bare(equation).equals(bare(other));
  }

  /// What the step says its equation comes to, as written.
  static String result(String equation) {
    return equation.substring(equation.indexOf('=') + 1).strip();
  }

  private static String bare(String equation) {
    return equation.replaceAll("[\\s,$]", "").replace('×', '*').replace('−', '-');
  }
}
