package dev.cft.store.specs;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/// A dataset made of a file, of another dataset or of files of a hub. Result: `{"dataset": "ds-…",
/// "rows": n, "hash": "…"}`.
///
/// @param name the new dataset's
/// @param from a dataset id, a file id, or the id of a job whose result names a dataset; null where
///   `hub` is given
/// @param hub files of a hub; null where `from` is given
/// @param fields where the dataset's fields are found in a file's rows
/// @param operations what is done to the rows, in order; each an object with a `type`
public record DatasetSpec(
    String name,
    @Nullable String from,
    @Nullable HubFiles hub,
    @Nullable Map<String, String> fields,
    @Nullable List<JsonNode> operations) {
  public DatasetSpec {
    fields = fields == null ? null : Map.copyOf(fields);
    operations = operations == null ? null : List.copyOf(operations);
  }

  /// Files of a dataset on a hub.
  ///
  /// @param id `owner/name`
  /// @param revision a commit, branch or tag
  /// @param files paths, in which `*` stands for anything within a folder
  /// @param sha256 of files whose content is known beforehand, by path
  public record HubFiles(
      String id, String revision, List<String> files, @Nullable Map<String, String> sha256) {
    public HubFiles {
      files = List.copyOf(files);
      sha256 = sha256 == null ? null : Map.copyOf(sha256);
    }
  }

  /// The operations; none where null.
  public List<JsonNode> allOperations() {
    return operations == null ? List.of() : operations;
  }
}
