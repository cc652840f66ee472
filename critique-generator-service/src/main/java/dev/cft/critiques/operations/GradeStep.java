package dev.cft.critiques.operations;

import dev.cft.grading.Grade;
import dev.cft.grading.Grader;
import dev.cft.grading.Graders;
import dev.cft.store.datasets.DatasetRow;
import java.util.BitSet;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// Sets `correct` by the gold answer. What it found is remembered, two bits a row.
final class GradeStep implements Step {
  private final Grader grader;
  private final BitSet graded = new BitSet();
  private final BitSet correct = new BitSet();

  GradeStep(Operation.Grade operation) {
    this.grader = Graders.named(Objects.requireNonNullElse(operation.grader(), "robust"));
  }

  @Override
  public boolean keeps(int place, DatasetRow row) {
    if (row.answer() != null && row.response() != null) {
      switch (grader.grade(row.answer(), row.response())) {
        case Grade.Correct _ -> {
          graded.set(place);
          correct.set(place);
        }
        case Grade.Incorrect _, Grade.NoAnswer _ -> graded.set(place);
        case Grade.Undecided _ -> {}
      }
    }
    return true;
  }

  @Override
  public DatasetRow changed(int place, DatasetRow row) {
    @Nullable Boolean label = graded.get(place) ? Boolean.valueOf(correct.get(place)) : null;
    return new DatasetRow(
        row.seq(),
        row.question(),
        row.answer(),
        row.response(),
        row.critique(),
        row.verdict(),
        label,
        row.messages(),
        row.outcome(),
        row.extra());
  }

  @Override
  public Map<String, Object> record() {
    return Map.of(
        "grader", grader.name(), "graded", graded.cardinality(), "correct", correct.cardinality());
  }
}
