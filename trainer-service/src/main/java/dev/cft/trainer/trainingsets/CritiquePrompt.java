package dev.cft.trainer.trainingsets;

/// What a model is shown when it learns to critique: the paper's prompt (arXiv 2501.17703, its
/// training rows).
final class CritiquePrompt {
  private CritiquePrompt() {}

  static String of(String question, String solution) {
    return """
    Please critique whether the following solution to the question is correct.

    Question:
    %s

    Solution:
    %s\
    """
        .formatted(question, solution);
  }
}
