package dev.cft.critiques.arithmetic;

import java.util.regex.Pattern;

/// How a critique is set: as the response it judges.
enum Style {
  /// Spaces round every sign, one line, no word beyond the demo's closed vocabulary.
  SPACED(" : ", " , not ", " . ", " "),
  /// Ordinary text, one step a line.
  PLAIN(": ", ", not ", ". ", "\n");

  private static final Pattern SPACED_STEP = Pattern.compile("Step \\d+ : ");

  private final String colon;
  private final String not;
  private final String stop;
  private final String between;

  Style(String colon, String not, String stop, String between) {
    this.colon = colon;
    this.not = not;
    this.stop = stop;
    this.between = between;
  }

  static Style of(String response, String answer) {
    return SPACED_STEP.matcher(response + "\n" + answer).find() ? SPACED : PLAIN;
  }

  /// `Step 1 : 9 * 6 = 54 . right`
  String right(int step, String equation) {
    return "Step " + step + colon + equation + stop + "right";
  }

  /// `Step 4 : 96 - 51 = 45 , not 42 . wrong`; without the second part where nothing was said.
  String wrong(int step, String equation, String said) {
    return "Step " + step + colon + equation + (said.isEmpty() ? "" : not + said) + stop + "wrong";
  }

  /// The last line.
  String conclusion(String verdict) {
    return "Conclusion" + colon + verdict + " [END]";
  }

  /// Lines as one text.
  String join(Iterable<String> lines) {
    return String.join(between, lines);
  }
}
