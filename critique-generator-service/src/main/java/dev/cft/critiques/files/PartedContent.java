package dev.cft.critiques.files;

import dev.cft.critiques.files.Upload.Part;
import dev.cft.service.errors.ApiException;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.util.AbstractList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.function.Function;
import java.util.stream.Collectors;

/// The parts that make a file, in order.
record PartedContent(List<Part> parts) {
  /// @throws ApiException a part is unknown or named twice, or they are not the announced bytes
  static PartedContent of(Upload upload, List<String> ids) {
    var byId = upload.parts().stream().collect(Collectors.toMap(Part::id, Function.identity()));
    var unknown = ids.stream().filter(id -> !byId.containsKey(id)).toList();
    if (!unknown.isEmpty() || new HashSet<>(ids).size() < ids.size()) {
      throw ApiException.badRequest(
          "invalid_parts",
          "part_ids must name parts of this upload, each once; it has %s, and %s are none of them or repeated."
              .formatted(upload.parts().stream().map(Part::id).toList(), unknown),
          "part_ids");
    }
    var parts = ids.stream().map(id -> Objects.requireNonNull(byId.get(id))).toList();
    var bytes = parts.stream().mapToLong(Part::bytes).sum();
    if (bytes != upload.bytes()) {
      throw ApiException.badRequest(
          "incomplete_upload",
          "The parts have %d bytes together, but %d were announced; the upload is still open."
              .formatted(bytes, upload.bytes()),
          "part_ids");
    }
    return new PartedContent(parts);
  }

  /// All bytes; each part is opened when its turn comes.
  InputStream open(Function<Part, InputStream> opening) {
    var streams =
        new AbstractList<InputStream>() {
          @Override
          public InputStream get(int index) {
            return opening.apply(parts.get(index));
          }

          @Override
          public int size() {
            return parts.size();
          }
        };
    return new SequenceInputStream(Collections.enumeration(streams));
  }
}
