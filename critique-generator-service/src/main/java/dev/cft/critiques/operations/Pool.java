package dev.cft.critiques.operations;

import dev.cft.store.datasets.DatasetRow;
import java.util.Iterator;
import java.util.List;
import java.util.function.Supplier;
import tools.jackson.databind.JsonNode;

/// The rows that operations work on: those asked for, then those that mixes add. A row's place is
/// its number over all parts.
///
/// @param parts in order; the first is what the operations start with
record Pool(List<Part> parts) {
  Pool {
    parts = List.copyOf(parts);
    if (parts.stream().mapToLong(Part::rows).sum() > Integer.MAX_VALUE) {
      throw new DatasetTooLargeException();
    }
  }

  /// Rows that can be read any number of times.
  ///
  /// @param lineage where they come from
  record Part(JsonNode lineage, long rows, Supplier<Iterator<DatasetRow>> open) {}

  int size() {
    return first(parts.size());
  }

  /// The place of a part's first row.
  int first(int part) {
    return (int) parts.subList(0, part).stream().mapToLong(Part::rows).sum();
  }
}
