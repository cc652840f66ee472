package dev.cft.grading;

import java.util.Optional;

/// A grader's verdict with its reason.
public sealed interface Grade {
  /// Why, for a person.
  String reason();

  /// What was compared; empty where the text has no answer.
  Optional<FinalAnswer> answer();

  /// The name in JSON: `correct`, `incorrect`, `undecided` or `no_answer`.
  String verdict();

  /// True for [Correct] only.
  default boolean isCorrect() {
    return this instanceof Correct;
  }

  /// The answer equals gold.
  record Correct(FinalAnswer found, String reason) implements Grade {
    @Override
    public Optional<FinalAnswer> answer() {
      return Optional.of(found);
    }

    @Override
    public String verdict() {
      return "correct";
    }
  }

  /// The answer differs from gold.
  record Incorrect(FinalAnswer found, String reason) implements Grade {
    @Override
    public Optional<FinalAnswer> answer() {
      return Optional.of(found);
    }

    @Override
    public String verdict() {
      return "incorrect";
    }
  }

  /// An answer is there, but this grader cannot compare it with gold.
  record Undecided(FinalAnswer found, String reason) implements Grade {
    @Override
    public Optional<FinalAnswer> answer() {
      return Optional.of(found);
    }

    @Override
    public String verdict() {
      return "undecided";
    }
  }

  /// The text has no answer.
  record NoAnswer(String reason) implements Grade {
    @Override
    public Optional<FinalAnswer> answer() {
      return Optional.empty();
    }

    @Override
    public String verdict() {
      return "no_answer";
    }
  }
}
