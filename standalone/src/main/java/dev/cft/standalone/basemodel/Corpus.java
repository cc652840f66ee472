package dev.cft.standalone.basemodel;

import dev.cft.standalone.problems.Corruption;
import dev.cft.standalone.problems.ProblemGenerator;
import dev.cft.standalone.problems.Seeds;
import dev.cft.standalone.problems.WordProblem;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.random.RandomGenerator;

/// What the base model reads before anything is fine-tuned: solutions, critiques and bare
/// equations, drawn by a mixture.
///
/// The critiques are of made-up errors, by the same teacher that the platform offers as
/// `arithmetic`: a base that has never read one does not learn from a thousand
/// (docs/experiments.md).
final class Corpus {
  private final Mixture mixture;
  private final ProblemGenerator problems;
  private final Corruption corruption;
  private final RandomGenerator random;
  private final Teacher teacher;
  private final Set<String> heldOut;

  /// Shares of the kinds of rows; what is left are bare equations.
  ///
  /// @param critiques critiques of solutions
  /// @param targets right solutions of target problems
  /// @param easy right solutions of easy problems
  /// @param targetCritiques share of the critiques that are of target problems
  /// @param errorRates probability of an error per step of a criticised solution, one drawn for
  ///   each row
  /// @param gapWeight how often a gap fact comes up, against 1 for any other
  record Mixture(
      double critiques,
      double targets,
      double easy,
      double targetCritiques,
      List<Double> errorRates,
      double gapWeight) {
    Mixture {
      errorRates = List.copyOf(errorRates);
    }
  }

  /// @param heldOut questions that must not come up
  Corpus(Mixture mixture, long seed, Teacher teacher, Set<String> heldOut) {
    this.mixture = mixture;
    this.problems = new ProblemGenerator(seed, mixture.gapWeight());
    this.corruption = new Corruption(seed + 1);
    this.random = Seeds.generator(seed + 2);
    this.teacher = teacher;
    this.heldOut = Set.copyOf(heldOut);
  }

  List<String> rows(int count) {
    var rows = new ArrayList<String>(count);
    while (rows.size() < count) {
      rows.add(row());
    }
    return rows;
  }

  private String row() {
    double kind = random.nextDouble();
    if (kind < mixture.critiques()) {
      return critique();
    }
    kind -= mixture.critiques();
    if (kind < mixture.targets()) {
      return direct(target());
    }
    kind -= mixture.targets();
    return kind < mixture.easy()
        ? direct(problems.easy())
        : DemoTokenizer.BOS + problems.drill() + DemoTokenizer.END;
  }

  private WordProblem target() {
    var problem = problems.target();
    return heldOut.contains(problem.question()) ? target() : problem;
  }

  private static String direct(WordProblem problem) {
    return DemoTokenizer.turn(problem.question(), problem.solution());
  }

  private String critique() {
    var problem = random.nextDouble() < mixture.targetCritiques() ? target() : problems.easy();
    double rate = mixture.errorRates().get(random.nextInt(mixture.errorRates().size()));
    var response = WordProblem.text(corruption.corrupt(problem, rate));
    return DemoTokenizer.turn(
        prompt(problem.question(), response),
        teacher.critique(problem.question(), problem.solution(), response));
  }

  /// The prompt that critique fine-tuning trains on: the paper's.
  static String prompt(String question, String response) {
    return """
    Please critique whether the following solution to the question is correct.

    Question:
    %s

    Solution:
    %s\
    """
        .formatted(question, response);
  }
}
