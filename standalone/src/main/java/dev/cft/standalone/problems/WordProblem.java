package dev.cft.standalone.problems;

import java.util.List;

/// A question and the steps that answer it.
public record WordProblem(String question, List<Equation> steps) {
  public WordProblem {
    steps = List.copyOf(steps);
  }

  /// The right solution.
  public String solution() {
    return text(steps);
  }

  /// The number that is asked for.
  public int answer() {
    return steps.getLast().result();
  }

  /// Steps as a solution, whose last result is the final answer.
  public static String text(List<Equation> steps) {
    var text = new StringBuilder();
    for (int i = 0; i < steps.size(); i++) {
      text.append("Step ").append(i + 1).append(" : ").append(steps.get(i)).append(" . ");
    }
    return text.append("#### ").append(steps.getLast().result()).toString();
  }
}
