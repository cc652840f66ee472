package dev.cft.critiques.jobs;

import dev.cft.store.datasets.DatasetRow;
import java.util.Iterator;
import java.util.function.LongFunction;
import tools.jackson.databind.node.ObjectNode;

/// The rows that a job works on.
///
/// @param lineage where they come from, for the record of what is made of them
/// @param total how many there are
/// @param after a fresh pass over those with a greater `seq`, in its order
public record Input(ObjectNode lineage, long total, LongFunction<Iterator<DatasetRow>> after) {
  /// A pass over the rows from the start.
  public Iterator<DatasetRow> rows() {
    return after.apply(-1);
  }

  /// A pass over the rows from that `seq` on.
  public Iterator<DatasetRow> rowsFrom(long seq) {
    return after.apply(seq - 1);
  }
}
