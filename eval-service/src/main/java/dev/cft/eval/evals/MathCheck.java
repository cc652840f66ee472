package dev.cft.eval.evals;

import dev.cft.grading.FinalAnswer;
import dev.cft.grading.Grade;
import dev.cft.grading.Grader;
import dev.cft.store.Columns;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/// A final answer compared with gold by a [Grader], and by others beside it.
///
/// @param grader whose verdict counts
/// @param beside whose verdicts are recorded too
public record MathCheck(
    String name, Grader grader, List<Grader> beside, Template input, Template reference)
    implements Criterion {
  /// Where the verdicts of the other graders stand in a judgement's detail.
  public static final String BESIDE = "beside";

  /// Whether they and the criterion's own grader disagree about right or wrong.
  public static final String DISPUTED = "disputed";

  public MathCheck {
    beside = List.copyOf(beside);
  }

  @Override
  public List<Template> templates() {
    return List.of(input, reference);
  }

  @Override
  public Optional<String> objectionTo(JsonNode item) {
    return reference.usesOutput()
        ? Optional.empty()
        : grader.objectionTo(reference.render(item, null));
  }

  @Override
  public boolean isSameAnswer(String a, String b) {
    return grader.grade(a, "\\boxed{" + b + "}").isCorrect();
  }

  @Override
  public Judgement judge(JsonNode item, Output output, Judge judge) {
    var gold = reference.render(item, output.text());
    var said = input.render(item, output.text());
    var grade = grader.grade(gold, said);
    return new Judgement(
        name,
        "math",
        grader.name(),
        grade.isCorrect(),
        grade.isCorrect() ? 1 : 0,
        grade.verdict(),
        grade.reason(),
        answer(grade),
        grade.answer().map(answer -> answer.rule().wireName()).orElse(null),
        beside.isEmpty() ? null : others(grade, gold, said));
  }

  private static @Nullable String answer(Grade grade) {
    return grade.answer().map(FinalAnswer::text).orElse(null);
  }

  private ObjectNode others(Grade own, String gold, String said) {
    var detail = JsonNodeFactory.instance.objectNode();
    var verdicts = detail.putObject(BESIDE);
    var isDisputed = false;
    for (var other : beside) {
      var grade = other.grade(gold, said);
      var answer = answer(grade);
      verdicts
          .putObject(other.name())
          .put("verdict", grade.verdict())
          .put("answer", answer == null ? null : Columns.text(answer))
          .put("reason", Columns.text(grade.reason()));
      isDisputed |= grade.isCorrect() != own.isCorrect();
    }
    return detail.put(DISPUTED, isDisputed);
  }
}
