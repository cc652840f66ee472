package dev.cft.grading;

import dev.cft.grading.algebra.ComputerAlgebra;
import dev.cft.grading.math.AnswerText;
import dev.cft.grading.math.Edition;
import dev.cft.grading.math.MathAnswers;
import dev.cft.grading.math.MathOptions;
import java.util.Optional;

/// `robust`: mathematical answers of any form, compared exactly where they are exact and by value
/// elsewhere; what cannot be decided is undecided.
final class RobustGrader implements Grader {
  private final String name;
  private final Edition edition;
  private final MathOptions options;
  private final ComputerAlgebra algebra;

  RobustGrader(Edition edition, MathOptions options, ComputerAlgebra algebra) {
    this.name = edition == Edition.FIRST ? "robust@1" : "robust@2";
    this.edition = edition;
    this.options = options;
    this.algebra = algebra;
  }

  RobustGrader with(MathOptions others) {
    return new RobustGrader(edition, others, algebra);
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public Optional<String> objectionTo(String gold) {
    return MathAnswers.gold(gold)
        .map(answer -> MathAnswers.objection(answer, edition))
        .orElse(Optional.of("the gold answer is blank"))
        .map(reason -> "the gold answer cannot be read: " + reason);
  }

  @Override
  public Grade grade(String gold, String prediction) {
    var got = MathAnswers.prediction(prediction);
    if (got.isEmpty()) {
      return new Grade.NoAnswer("the text has no answer");
    }
    var found = new FinalAnswer(got.get().text(), rule(got.get()));
    var wanted = MathAnswers.gold(gold);
    if (wanted.isEmpty()) {
      return new Grade.Undecided(found, "the gold answer is blank");
    }
    var outcome = MathAnswers.compare(wanted.get(), got.get(), options, edition, algebra);
    return switch (outcome.verdict()) {
      case SAME -> new Grade.Correct(found, outcome.reason());
      case DIFFERENT -> new Grade.Incorrect(found, outcome.reason());
      case UNDECIDED -> new Grade.Undecided(found, outcome.reason());
    };
  }

  private static FinalAnswer.Rule rule(AnswerText answer) {
    return answer.marked() ? FinalAnswer.Rule.MARKED : FinalAnswer.Rule.LAST_NUMBER;
  }
}
