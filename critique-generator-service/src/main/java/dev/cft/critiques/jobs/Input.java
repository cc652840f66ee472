package dev.cft.critiques.jobs;

import dev.cft.store.datasets.DatasetRow;
import java.util.Iterator;
import java.util.function.Supplier;
import tools.jackson.databind.node.ObjectNode;

/// The rows that a job works on.
///
/// @param lineage where they come from, for the record of what is made of them
/// @param total how many there are
/// @param open a fresh pass over them, in order of `seq`
public record Input(ObjectNode lineage, long total, Supplier<Iterator<DatasetRow>> open) {
  /// A pass over the rows from the start.
  public Iterator<DatasetRow> rows() {
    return open.get();
  }
}
