package dev.cft.critiques.making;

import dev.cft.critiques.imports.KnownSets;
import dev.cft.critiques.rows.FieldMapping;
import dev.cft.service.errors.ApiException;
import dev.cft.store.datasets.Dataset;
import dev.cft.store.datasets.Datasets;
import dev.cft.store.files.StoredFile;
import dev.cft.store.files.StoredFiles;
import dev.cft.store.specs.DatasetSpec.HubFiles;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/// Reads from a request where the rows come from.
@Component
class SourceChoice {
  private final KnownSets known;
  private final Datasets datasets;
  private final StoredFiles files;

  SourceChoice(KnownSets known, Datasets datasets, StoredFiles files) {
    this.known = known;
    this.datasets = datasets;
    this.files = files;
  }

  /// Where rows come from.
  ///
  /// @param name for the new dataset, where none was given
  record Source(
      @Nullable String from,
      @Nullable HubFiles hub,
      @Nullable Map<String, String> fields,
      String name) {}

  Source of(MakeDataset request) {
    var given =
        count(request.from())
            + count(request.file())
            + count(request.hub())
            + count(request.known());
    if (given != 1) {
      throw ApiException.badRequest(
          "invalid_source",
          "Name one of 'from' (a dataset, file or job), 'file', 'hub' and 'known', got %d of them."
              .formatted(given),
          "from");
    }
    if (request.revision() != null && request.known() == null) {
      throw ApiException.badRequest(
          "unexpected_revision",
          "revision belongs to 'known'; a hub's is hub.revision.",
          "revision");
    }
    var fields = mapping(request);
    var hub = request.hub();
    if (hub != null) {
      return new Source(
          null,
          new HubFiles(hub.id(), hub.revision(), hub.files(), hub.sha256()),
          fields,
          hub.id());
    }
    if (request.known() != null) {
      return known(request.known(), request.revision(), fields);
    }
    var from = Objects.requireNonNull(request.from() == null ? request.file() : request.from());
    return new Source(from, null, fields, nameOf(from));
  }

  private static int count(@Nullable Object given) {
    return given == null ? 0 : 1;
  }

  private Source known(
      String name, @Nullable String revision, @Nullable Map<String, String> fields) {
    var set = known.named(name);
    var at = revision == null ? set.revision() : revision;
    if (at == null) {
      throw ApiException.badRequest(
          "revision_required",
          "No commit of %s is pinned here: name one in 'revision' (\"main\" for what there is now; the commit is recorded)."
              .formatted(set.id()),
          "revision");
    }
    return new Source(
        null,
        new HubFiles(set.id(), at, set.files(), null),
        fields == null ? set.fields() : fields,
        set.name());
  }

  private String nameOf(String from) {
    return from.startsWith("file-")
        ? files.find(from).map(StoredFile::filename).orElse(from)
        : datasets.find(from).map(Dataset::name).orElse(from);
  }

  private static @Nullable Map<String, String> mapping(MakeDataset request) {
    var fields = request.fields();
    if (fields == null || fields.isEmpty()) {
      return null;
    }
    if (request.from() != null && !request.from().startsWith("file-")) {
      throw ApiException.badRequest(
          "unexpected_fields", "Only the fields of files can be mapped.", "fields");
    }
    try {
      return new FieldMapping(fields).sources();
    } catch (IllegalArgumentException e) {
      throw ApiException.badRequest("unknown_field", e.getMessage() + ".", "fields");
    }
  }
}
