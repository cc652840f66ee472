package dev.cft.critiques.operations;

import dev.cft.store.datasets.DatasetRow;
import java.util.BitSet;

/// Keeps the rows whose field is longest.
final class LongestStep implements Step {
  private final int rows;
  private final RowField field;
  private final Lengths lengths = new Lengths();

  LongestStep(Operation.Longest operation) {
    this.rows = operation.rows();
    this.field = operation.of() == null ? RowField.OUTPUT : operation.of();
  }

  @Override
  public boolean decidesAtOnce() {
    return false;
  }

  @Override
  public boolean keeps(int place, DatasetRow row) {
    var text = field.of(row);
    if (text == null) {
      return false;
    }
    // The earlier of two equally long ones comes later in the order, so that it is kept.
    lengths.add(text.codePointCount(0, text.length()), Integer.MAX_VALUE - place);
    return true;
  }

  @Override
  public void conclude(BitSet kept) {
    var sorted = lengths.sorted();
    kept.clear();
    for (var i = Math.max(0, sorted.length - rows); i < sorted.length; i++) {
      kept.set(Integer.MAX_VALUE - Lengths.tag(sorted[i]));
    }
  }

  @Override
  public java.util.Map<String, Object> record() {
    var sorted = lengths.sorted();
    return sorted.length == 0
        ? java.util.Map.of()
        : java.util.Map.of(
            "shortest_kept", Lengths.length(sorted[Math.max(0, sorted.length - rows)]));
  }
}
