package dev.cft.critiques.operations;

import dev.cft.store.datasets.DatasetRow;
import java.nio.file.Path;
import java.util.Iterator;
import java.util.List;

/// What operations need besides the rows.
public interface Surroundings {
  /// The rows of a dataset, file or job.
  ///
  /// @throws OperationException it is gone or malformed
  Rows rows(String id);

  /// A model's tokenizer.
  ///
  /// @throws OperationException there is none
  TokenCounter tokenizer(String model);

  /// Texts that must not be trained on, by the name of where they are.
  ///
  /// @param name `benchmark:NAME` or `benchmarks`
  /// @throws OperationException there is none
  List<Texts> benchmarks(String name);

  /// Where temporary files may lie.
  Path folder();

  /// Rows that can be read any number of times.
  interface Rows {
    tools.jackson.databind.JsonNode lineage();

    /// How many there are, counted by a pass of its own where nothing knows it.
    default long total() {
      var rows = open();
      var count = 0L;
      while (rows.hasNext()) {
        rows.next();
        count++;
      }
      return count;
    }

    Iterator<DatasetRow> open();
  }

  /// Texts, read one by one.
  interface Texts {
    String name();

    void forEach(java.util.function.Consumer<String> sink);
  }
}
