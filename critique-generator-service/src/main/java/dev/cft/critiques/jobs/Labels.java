package dev.cft.critiques.jobs;

import dev.cft.grading.Grade;
import dev.cft.grading.Grader;
import dev.cft.grading.Graders;
import dev.cft.store.datasets.DatasetRow;
import org.jspecify.annotations.Nullable;

/// Says whether a response is right, from the gold answer.
public final class Labels {
  private static final Grader GRADER = Graders.named("numeric");

  private Labels() {}

  /// The row's own label, or else gold's; null where there is no gold or it cannot be compared.
  public static @Nullable Boolean of(DatasetRow row) {
    return row.correct() == null ? of(row.answer(), row.response()) : row.correct();
  }

  /// Whether a response's final answer is gold's.
  public static @Nullable Boolean of(@Nullable String answer, @Nullable String response) {
    if (answer == null || response == null) {
      return null;
    }
    return switch (GRADER.grade(answer, response)) {
      case Grade.Correct _ -> true;
      case Grade.Incorrect _, Grade.NoAnswer _ -> false;
      case Grade.Undecided _ -> null;
    };
  }
}
