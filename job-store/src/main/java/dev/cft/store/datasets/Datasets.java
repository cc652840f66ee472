package dev.cft.store.datasets;

import dev.cft.store.Page;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/// All datasets.
public interface Datasets {
  /// A new, empty dataset; `id` may be given to make a repeated call harmless.
  Dataset create(@Nullable String id, String name, JsonNode lineage);

  /// Adds rows in one statement; a `seq` that exists already is left as it is.
  ///
  /// @return how many are new: none where an earlier try was committed and its answer lost
  int append(String id, List<DatasetRow> rows);

  /// Replaces rows of those `seq`s (retrying failed rows).
  void replace(String id, List<DatasetRow> rows);

  /// Counts and hashes the rows; none can be added after.
  Dataset complete(String id);

  Optional<Dataset> find(String id);

  Page<Dataset> list(@Nullable String after, int limit, boolean newestFirst);

  /// Up to `limit` rows with `seq` greater than `afterSeq` (-1 for the first), in order.
  List<DatasetRow> rows(String id, long afterSeq, int limit);

  /// All rows in order, read in pages: memory stays flat.
  default Iterator<DatasetRow> iterate(String id) {
    return iterateAfter(id, -1);
  }

  /// The same from the first `seq` greater than `afterSeq` on.
  Iterator<DatasetRow> iterateAfter(String id, long afterSeq);

  /// The `seq`s that are written already, for resuming.
  Set<Long> writtenSeqs(String id);

  boolean delete(String id);
}
