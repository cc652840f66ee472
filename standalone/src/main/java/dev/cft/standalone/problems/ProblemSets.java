package dev.cft.standalone.problems;

import java.util.HashSet;
import java.util.List;
import java.util.Set;

/// The demo's problem sets. No question is in two of them, and the first two are in no corpus.
public final class ProblemSets {
  private static final int TEST = 500;
  private static final int DEV = 300;

  private ProblemSets() {}

  /// What the demo's figures are measured on, and nothing is chosen by.
  public static List<WordProblem> test() {
    return new ProblemGenerator(777).distinctTargets(TEST, Set.of());
  }

  /// What bases and settings are chosen by.
  public static List<WordProblem> dev() {
    return new ProblemGenerator(555).distinctTargets(DEV, questions(test()));
  }

  /// Questions to fine-tune on.
  public static List<WordProblem> train(int count) {
    return new ProblemGenerator(1).distinctTargets(count, heldOut());
  }

  /// The questions of the test and dev problems.
  public static Set<String> heldOut() {
    var questions = new HashSet<>(questions(test()));
    questions.addAll(questions(dev()));
    return questions;
  }

  private static Set<String> questions(List<WordProblem> problems) {
    return Set.copyOf(problems.stream().map(WordProblem::question).toList());
  }
}
