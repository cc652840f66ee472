package dev.cft.grading;

import java.util.Optional;

/// Compares a prediction with the gold answer. Stateless and safe for many threads.
public interface Grader {
  /// The name with its version, for instance `numeric@1`: a published version never changes its
  /// verdicts.
  String name();

  /// Grades a prediction.
  ///
  /// @param gold the answer alone, or a solution that ends in it
  /// @param prediction the model's whole text
  Grade grade(String gold, String prediction);

  /// Whether `gold` is something that this grader can compare at all; the reason where it is not.
  default Optional<String> objectionTo(String gold) {
    return gold.isBlank() ? Optional.of("the gold answer is blank") : Optional.empty();
  }
}
