package dev.cft.critiques.operations;

import dev.cft.store.datasets.DatasetRow;
import java.util.BitSet;
import java.util.Map;

/// An operation at work: it sees the rows that are kept so far, in order, and drops some.
interface Step extends AutoCloseable {
  /// Whether it must see rows at all.
  default boolean looks() {
    return true;
  }

  /// Whether it decides for good when it sees a row, so that the next step can look in the same
  /// pass.
  default boolean decidesAtOnce() {
    return looks();
  }

  /// Sees a row; false drops it.
  default boolean keeps(int place, DatasetRow row) {
    return true;
  }

  /// Changes what is kept when all rows were seen.
  default void conclude(BitSet kept) {}

  /// The row as it is after this operation, for later ones and for the result.
  default DatasetRow changed(int place, DatasetRow row) {
    return row;
  }

  /// What is worth remembering of how it went.
  default Map<String, Object> record() {
    return Map.of();
  }

  @Override
  default void close() {}
}
