package dev.cft.critiques.datasets;

import dev.cft.critiques.datasets.DatasetViews.DatasetView;
import dev.cft.critiques.datasets.DatasetViews.Deleted;
import dev.cft.critiques.datasets.DatasetViews.RowView;
import dev.cft.critiques.datasets.DatasetViews.StatisticsView;
import dev.cft.critiques.rows.FieldMapping;
import dev.cft.critiques.rows.RowFormatException;
import dev.cft.service.errors.ApiException;
import dev.cft.service.paging.ListResponse;
import dev.cft.service.paging.PageRequest;
import dev.cft.store.datasets.Dataset;
import dev.cft.store.datasets.Datasets;
import dev.cft.store.files.StoredFiles;
import jakarta.validation.Valid;
import java.io.BufferedOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.servlet.mvc.method.annotation.StreamingResponseBody;

/// Datasets: made, read, counted, derived, exported, deleted.
@RestController
@RequestMapping("/v1/datasets")
class DatasetsController {
  private final Datasets datasets;
  private final StoredFiles files;
  private final DatasetWrites writes;
  private final RowQueries queries;

  DatasetsController(
      Datasets datasets, StoredFiles files, DatasetWrites writes, RowQueries queries) {
    this.datasets = datasets;
    this.files = files;
    this.writes = writes;
    this.queries = queries;
  }

  @PostMapping
  DatasetView create(@RequestBody @Valid DatasetRequests.Create request) {
    var file =
        files.find(request.file()).orElseThrow(() -> ApiException.notFound("file", request.file()));
    var name = Objects.requireNonNullElse(request.name(), file.filename());
    try {
      return DatasetView.of(writes.ofFile(name, file, mapping(request.fields())));
    } catch (RowFormatException e) {
      throw ApiException.badRequest(
          "invalid_rows",
          "%s: %s. Nothing was stored.".formatted(file.filename(), e.getMessage()),
          e.field());
    }
  }

  private static FieldMapping mapping(@Nullable Map<String, String> fields) {
    try {
      return new FieldMapping(fields == null ? Map.of() : fields);
    } catch (IllegalArgumentException e) {
      throw ApiException.badRequest("unknown_field", e.getMessage() + ".", "fields");
    }
  }

  @GetMapping
  ListResponse<DatasetView> list(PageRequest page) {
    if (page.after() != null) {
      find(page.after());
    }
    return ListResponse.of(
        datasets.list(page.after(), page.limit(), page.newestFirst()),
        DatasetView::of,
        DatasetView::id);
  }

  @GetMapping("/{id}")
  DatasetView get(@PathVariable String id) {
    return DatasetView.of(find(id));
  }

  @DeleteMapping("/{id}")
  Deleted delete(@PathVariable String id) {
    if (!datasets.delete(id)) {
      throw ApiException.notFound("dataset", id);
    }
    return new Deleted(id, "dataset", true);
  }

  @GetMapping("/{id}/rows")
  ListResponse<RowView> rows(
      @PathVariable String id,
      @PageRequest.Limits(newestFirst = false) PageRequest page,
      @RequestParam(required = false) @Nullable String status,
      @RequestParam(required = false) @Nullable String verdict,
      @RequestParam(required = false) @Nullable Boolean correct,
      @RequestParam(required = false) @Nullable Boolean agrees,
      @RequestParam(name = "q", required = false) @Nullable String search) {
    find(id);
    var filter = RowFilter.of(status, verdict, correct, agrees, search);
    var rows = queries.page(id, filter, after(page), page.limit() + 1);
    var shown = rows.stream().limit(page.limit()).map(RowView::of).toList();
    return ListResponse.of(shown, rows.size() > page.limit(), RowView::id);
  }

  private static long after(PageRequest page) {
    if (page.newestFirst()) {
      throw ApiException.badRequest(
          "invalid_order", "Rows are listed in their own order only: order=asc.", "order");
    }
    try {
      return page.after() == null ? -1 : Long.parseLong(page.after());
    } catch (NumberFormatException _) {
      throw ApiException.badRequest(
          "invalid_after",
          "after must be the seq of a row, got '%s'.".formatted(page.after()),
          "after");
    }
  }

  @GetMapping("/{id}/statistics")
  StatisticsView statistics(@PathVariable String id) {
    find(id);
    return queries.statistics(id);
  }

  @PostMapping("/{id}/sample")
  DatasetView sample(@PathVariable String id, @RequestBody @Valid DatasetRequests.Sample request) {
    var source = ready(id);
    var name = Objects.requireNonNullElse(request.name(), source.name() + " (sample)");
    var seed = Objects.requireNonNullElse(request.seed(), 0L);
    return DatasetView.of(writes.sampled(name, source, request.size(), seed));
  }

  @PostMapping("/{id}/filter")
  DatasetView filter(@PathVariable String id, @RequestBody @Valid DatasetRequests.Filter request) {
    var source = ready(id);
    var name = Objects.requireNonNullElse(request.name(), source.name() + " (filtered)");
    var filter =
        RowFilter.of(
            request.status(),
            request.verdict(),
            request.correct(),
            request.agrees(),
            request.search());
    return DatasetView.of(writes.filtered(name, source, filter));
  }

  @GetMapping("/{id}/content")
  ResponseEntity<StreamingResponseBody> content(
      @PathVariable String id, @RequestParam(defaultValue = "jsonl") String format) {
    find(id);
    var form =
        DatasetExport.of(format)
            .orElseThrow(() ->
                ApiException.badRequest(
                    "unknown_format",
                    "format must be one of %s, got '%s'.".formatted(DatasetExport.names(), format),
                    "format"));
    StreamingResponseBody body =
        out -> {
          var buffered = new BufferedOutputStream(out, 1 << 16);
          var rows = datasets.iterate(id);
          while (rows.hasNext()) {
            var line = form.line(rows.next());
            if (line.isPresent()) {
              buffered.write(
                  (DatasetExport.json(line.get()) + "\n").getBytes(StandardCharsets.UTF_8));
            }
          }
          buffered.flush();
        };
    return ResponseEntity.ok()
        .contentType(MediaType.parseMediaType("application/jsonl"))
        .header("Content-Disposition", "attachment; filename=\"%s.%s.jsonl\"".formatted(id, format))
        .body(body);
  }

  private Dataset find(String id) {
    return datasets.find(id).orElseThrow(() -> ApiException.notFound("dataset", id));
  }

  private Dataset ready(String id) {
    var dataset = find(id);
    if (!dataset.complete()) {
      throw ApiException.unprocessable(
          "dataset_not_ready", "The dataset %s is still being written.".formatted(id), "id");
    }
    return dataset;
  }
}
