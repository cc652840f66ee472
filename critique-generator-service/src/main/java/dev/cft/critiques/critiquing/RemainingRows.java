package dev.cft.critiques.critiquing;

import dev.cft.store.datasets.DatasetRow;
import java.util.Iterator;
import java.util.function.LongPredicate;
import org.jspecify.annotations.Nullable;

/// The rows of a job's input that have no outcome yet.
final class RemainingRows {
  private final Iterator<DatasetRow> all;
  private final long total;
  private final LongPredicate isDone;
  private long read;
  private @Nullable DatasetRow next;

  /// @param total rows taken from the start
  /// @param isDone whether the row of that `seq` has its outcome
  RemainingRows(Iterator<DatasetRow> all, long total, LongPredicate isDone) {
    this.all = all;
    this.total = total;
    this.isDone = isDone;
  }

  /// The next row, which stays the next one until it is taken; null at the end.
  @Nullable DatasetRow peek() {
    while (next == null && read < total && all.hasNext()) {
      var row = all.next();
      read++;
      next = isDone.test(row.seq()) ? null : row;
    }
    return next;
  }

  void take() {
    next = null;
  }

  long total() {
    return total;
  }

  /// Rows not taken yet, finished ones further on included.
  long left() {
    return total - read + (next == null ? 0 : 1);
  }
}
