package dev.cft.standalone.problems;

import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;

/// Puts errors into right solutions: what the pretraining critiques are about.
///
/// An error is off by 1, 2, 10 or the right operand, and the next step goes on from the wrong
/// result.
public final class Corruption {
  private final RandomGenerator random;

  public Corruption(long seed) {
    this.random = Seeds.generator(seed);
  }

  /// The problem's steps with errors.
  ///
  /// @param perStep probability that a step gets a wrong result
  public List<Equation> corrupt(WordProblem problem, double perStep) {
    var steps = new ArrayList<Equation>();
    int carried = problem.steps().getFirst().left();
    for (var step : problem.steps()) {
      int result = Equation.compute(carried, step.operator(), step.right());
      if (random.nextDouble() < perStep) {
        result = wrong(result, step.right());
      }
      steps.add(new Equation(carried, step.operator(), step.right(), result));
      carried = result;
    }
    return steps;
  }

  private int wrong(int result, int operand) {
    int[] offsets = {1, 2, 10, operand};
    int offset = offsets[random.nextInt(offsets.length)];
    int wrong = random.nextBoolean() ? result + offset : result - offset;
    return wrong < 1 ? result + offset : wrong;
  }
}
