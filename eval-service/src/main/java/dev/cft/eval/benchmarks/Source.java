package dev.cft.eval.benchmarks;

import org.jspecify.annotations.Nullable;

/// Where a benchmark's rows lie.
public sealed interface Source {
  /// Rules that differ from the definition's, by item field.
  java.util.Map<String, FieldRule> fields();

  /// A file below the data folder.
  ///
  /// @param sha256 what it must have; null where any file will do
  record LocalFile(String path, @Nullable String sha256, java.util.Map<String, FieldRule> fields)
      implements Source {
    public LocalFile {
      fields = java.util.Map.copyOf(fields);
    }
  }

  /// A file of a Hugging Face dataset.
  ///
  /// @param revision a commit
  /// @param sha256 what it must have; null where nobody has published it
  record HubFile(
      String dataset,
      String revision,
      String path,
      @Nullable String sha256,
      java.util.Map<String, FieldRule> fields)
      implements Source {
    public HubFile {
      fields = java.util.Map.copyOf(fields);
    }
  }

  /// An uploaded file or a dataset of this platform.
  record Upload(String id, java.util.Map<String, FieldRule> fields) implements Source {
    public Upload {
      fields = java.util.Map.copyOf(fields);
    }
  }
}
