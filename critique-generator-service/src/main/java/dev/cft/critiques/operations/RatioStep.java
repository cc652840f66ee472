package dev.cft.critiques.operations;

import dev.cft.store.datasets.DatasetRow;
import dev.cft.store.datasets.Verdict;
import java.util.BitSet;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// Keeps right and wrong rows in a given proportion.
final class RatioStep implements Step {
  private final Operation.Ratio operation;
  private final BitSet right = new BitSet();
  private final BitSet wrong = new BitSet();

  RatioStep(Operation.Ratio operation) {
    this.operation = operation;
  }

  @Override
  public boolean decidesAtOnce() {
    return false;
  }

  @Override
  public boolean keeps(int place, DatasetRow row) {
    var isRight = label(row);
    if (isRight != null) {
      (isRight ? right : wrong).set(place);
    }
    return isRight != null;
  }

  private @Nullable Boolean label(DatasetRow row) {
    if (operation.by() == Operation.Label.CORRECT) {
      return row.correct();
    }
    return (row.verdict() == null || row.verdict() == Verdict.UNPARSED)
        ? null
        : Boolean.valueOf(row.verdict() == Verdict.RIGHT);
  }

  @Override
  public void conclude(BitSet kept) {
    double share = operation.right();
    var most =
        Math.min(
            share == 0 ? Long.MAX_VALUE : (long) Math.floor(right.cardinality() / share + 1e-9),
            share == 1
                ? Long.MAX_VALUE
                : (long) Math.floor(wrong.cardinality() / (1 - share) + 1e-9));
    var total = operation.rows() == null ? most : Math.min(most, operation.rows());
    var rightOnes = Math.min(Math.round(total * share), right.cardinality());
    var random = Draws.random(Objects.requireNonNullElse(operation.seed(), 0L));
    Draws.thin(right, 0, Integer.MAX_VALUE, rightOnes, random);
    Draws.thin(wrong, 0, Integer.MAX_VALUE, total - rightOnes, random);
    kept.clear();
    kept.or(right);
    kept.or(wrong);
  }

  @Override
  public Map<String, Object> record() {
    return Map.of("right_kept", right.cardinality(), "wrong_kept", wrong.cardinality());
  }
}
