package dev.cft.grading.qwen;

/// The published rules as a whole: find, clean, compare.
///
/// @param fork with the CFT authors' additions
/// @param keepUnits units stay in answers, as the published scripts do for Minerva-Math
public record QwenRules(boolean fork, boolean keepUnits) {
  /// The answer of a model's text, cleaned; "" where there is none.
  public String prediction(String text) {
    return QwenText.answer(text, keepUnits);
  }

  /// The gold answer: boxed in a solution, behind `####`, or the text itself; cleaned.
  public String gold(String text) {
    if (text.contains("boxed")) {
      return QwenText.answer(text, keepUnits);
    }
    var hashes = text.lastIndexOf("####");
    return QwenText.stripped(hashes < 0 ? text : text.substring(hashes + 4), keepUnits);
  }

  /// Whether two cleaned answers are equal.
  public boolean equal(String prediction, String gold) {
    return new QwenEquality(fork).equal(prediction, gold);
  }
}
