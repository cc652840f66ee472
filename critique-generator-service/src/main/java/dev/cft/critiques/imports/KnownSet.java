package dev.cft.critiques.imports;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// A published set that the method is trained on.
///
/// @param id on the hub
/// @param revision the commit that it is taken at; null where none is pinned, so that the request
///   must say which
/// @param files patterns of paths
/// @param fields where the dataset's fields are found; null where rows are known by sight
/// @param rows as its card says
public record KnownSet(
    String name,
    String id,
    @Nullable String revision,
    List<String> files,
    @Nullable Map<String, String> fields,
    long rows,
    String licence,
    String about) {
  public KnownSet {
    files = List.copyOf(files);
    fields = fields == null ? null : Map.copyOf(fields);
  }
}
