package dev.cft.grading;

/// `exact@1`: final answers compared as texts; only white space is forgiven. A text that marks no
/// answer is compared as a whole.
final class ExactGrader implements Grader {
  @Override
  public String name() {
    return "exact@1";
  }

  @Override
  public Grade grade(String gold, String prediction) {
    if (prediction.isBlank()) {
      return new Grade.NoAnswer("the text is blank");
    }
    var wanted = answerIn(gold);
    var got = answerIn(prediction);
    return got.text().equals(wanted.text())
        ? new Grade.Correct(got, "same text")
        : new Grade.Incorrect(got, "not the text '%s'".formatted(wanted.text()));
  }

  private static FinalAnswer answerIn(String text) {
    return FinalAnswer.marked(text)
        .map(found -> new FinalAnswer(collapsed(found.text()), found.rule()))
        .orElseGet(() -> new FinalAnswer(collapsed(text), FinalAnswer.Rule.WHOLE_TEXT));
  }

  private static String collapsed(String text) {
    return text.strip().replaceAll("\\s+", " ");
  }
}
