package dev.cft.critiques.arithmetic;

import dev.cft.grading.FinalAnswer;
import dev.cft.grading.Grade;
import dev.cft.grading.Grader;
import dev.cft.grading.Graders;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// Writes critiques of step-wise arithmetic.
///
/// - Gold and response in numbered steps: step k is held against gold's step k; it is right only if
///   operands, operator and result are gold's.
/// - Any other text: every equation that can be read is recomputed exactly. Whether a step answers
///   the question is not seen.
///
/// The verdict is that of the final answer where gold can be compared, else that of the equations;
/// `undecided` where there is neither. Stateless.
public final class ArithmeticCritic {
  private final Grader grader = Graders.named("numeric");

  /// The critique, ending in `Conclusion: right [END]`, `wrong` or `undecided`.
  ///
  /// @param answer gold: a number, or a solution that ends in one; null where there is none
  public String critique(String response, @Nullable String answer) {
    var style = Style.of(response, answer == null ? "" : answer);
    var goldSteps = answer == null ? Map.<Integer, String>of() : equationSteps(answer);
    return answer != null && !goldSteps.isEmpty()
        ? againstSteps(style, response, answer, goldSteps)
        : ofText(style, response, answer);
  }

  private static Map<Integer, String> equationSteps(String answer) {
    return Steps.in(answer).byNumber().entrySet().stream()
        .filter(step -> Steps.isEquation(step.getValue()))
        .sorted(Map.Entry.comparingByKey())
        .collect(
            Collectors.toMap(
                Map.Entry::getKey, Map.Entry::getValue, (a, _) -> a, LinkedHashMap::new));
  }

  private String againstSteps(
      Style style, String response, String answer, Map<Integer, String> goldSteps) {
    var said = Steps.in(response).byNumber();
    var lines = new ArrayList<String>();
    goldSteps.forEach((k, right) -> lines.add(step(style, k, right, said.get(k))));
    var isRight = grader.grade(answer, response).isCorrect();
    lines.add(style.conclusion(isRight ? "right" : "wrong"));
    return style.join(lines);
  }

  private static String step(Style style, int number, String right, @Nullable String said) {
    if (said == null || !Steps.isEquation(said)) {
      return style.wrong(number, right, "");
    }
    if (Steps.isSame(right, said)) {
      return style.right(number, right);
    }
    var isResultRight = Steps.isSame(Steps.result(right), Steps.result(said));
    return style.wrong(number, right, isResultRight ? said : Steps.result(said));
  }

  private String ofText(Style style, String response, @Nullable String answer) {
    var equations = Equations.in(response);
    var lines = new ArrayList<String>();
    for (var equation : equations) {
      lines.add(line(style, lines.size() + 1, equation));
    }
    var grade = answer == null ? null : grader.grade(answer, response);
    lines.addAll(
        switch (grade) {
          case null -> withoutGold(style, equations);
          case Grade.Correct _ -> List.of(style.conclusion("right"));
          case Grade.Incorrect incorrect -> wrongAnswer(style, incorrect, answer);
          case Grade.NoAnswer _ ->
              List.of("The solution states no final answer.", style.conclusion("wrong"));
          case Grade.Undecided _ -> withoutGold(style, equations);
        });
    return style.join(lines);
  }

  private static String line(Style style, int number, Equation equation) {
    return equation.isRight()
        ? style.right(number, equation.left().text() + " = " + equation.stated())
        : style.wrong(
            number, equation.left().text() + " = " + equation.computed(), equation.stated());
  }

  private static List<String> wrongAnswer(
      Style style, Grade.Incorrect grade, @Nullable String answer) {
    var gold = answer == null ? "" : answer;
    var lines = new ArrayList<String>();
    lines.add(
        "The final answer is %s, but it should be %s."
            .formatted(grade.found().text(), FinalAnswer.of(gold).orElse(gold)));
    var steps = Equations.in(gold);
    if (!steps.isEmpty()) {
      lines.add(
          "A right solution: "
              + steps.stream()
                  .map(step -> step.left().text() + " = " + step.stated())
                  .collect(Collectors.joining("; "))
              + ".");
    }
    lines.add(style.conclusion("wrong"));
    return lines;
  }

  private static List<String> withoutGold(Style style, List<Equation> equations) {
    if (equations.isEmpty()) {
      return List.of(
          "There is no equation to recompute and no gold answer to compare with.",
          style.conclusion("undecided"));
    }
    return List.of(
        "Only the arithmetic was checked, not whether the steps answer the question.",
        style.conclusion(equations.stream().allMatch(Equation::isRight) ? "right" : "wrong"));
  }
}
