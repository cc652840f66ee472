package dev.cft.grading;

import dev.cft.grading.qwen.QwenRules;

/// Published rules, for numbers that compare with published ones; see `docs/grading.md` for what
/// they get wrong. They never decline to decide.
final class QwenGrader implements Grader {
  private final String name;
  private final QwenRules rules;

  QwenGrader(String name, QwenRules rules) {
    this.name = name;
    this.rules = rules;
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public Grade grade(String gold, String prediction) {
    var got = rules.prediction(prediction);
    if (got.isEmpty()) {
      return new Grade.NoAnswer("the rules find no answer in the text");
    }
    var found = new FinalAnswer(got, FinalAnswer.Rule.MARKED);
    var wanted = rules.gold(gold);
    return rules.equal(got, wanted)
        ? new Grade.Correct(found, "equal to '%s' by the published rules".formatted(wanted))
        : new Grade.Incorrect(found, "not equal to '%s' by the published rules".formatted(wanted));
  }
}
