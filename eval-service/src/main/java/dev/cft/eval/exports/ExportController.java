package dev.cft.eval.exports;

import dev.cft.eval.evals.Evals;
import dev.cft.eval.runs.Run;
import dev.cft.eval.runs.RunExport;
import dev.cft.eval.runs.Runs;
import dev.cft.service.errors.ApiException;
import dev.cft.store.StoreJson;
import dev.cft.store.parquet.ParquetFile;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.tags.Tag;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.servlet.mvc.method.annotation.StreamingResponseBody;

/// `/v1/evals/{id}/runs/{id}/export`.
@RestController
@RequestMapping("/v1/evals/{evalId}/runs/{runId}/export")
@Tag(name = "Evals")
class ExportController {
  private static final List<String> FORMATS = List.of("jsonl", "parquet");

  private final Evals evals;
  private final Runs runs;
  private final RunExport items;

  ExportController(Evals evals, Runs runs, RunExport items) {
    this.evals = evals;
    this.runs = runs;
    this.items = items;
  }

  @GetMapping
  @Operation(summary = "All output items in one file: format=jsonl or format=parquet")
  ResponseEntity<StreamingResponseBody> export(
      @PathVariable String evalId,
      @PathVariable String runId,
      @RequestParam(defaultValue = "jsonl") String format) {
    var run =
        runs.find(runId)
            .filter(found -> evals.isNamed(found.evalId(), evalId))
            .orElseThrow(() -> ApiException.notFound("eval run", runId));
    if (!FORMATS.contains(format)) {
      throw ApiException.badRequest(
          "invalid_format",
          "format: '%s' is not known; allowed: jsonl, parquet".formatted(format),
          "format");
    }
    var isParquet = format.equals("parquet");
    StreamingResponseBody body =
        out -> {
          if (isParquet) {
            parquet(run, out);
          } else {
            jsonl(run, out);
          }
        };
    return ResponseEntity.ok()
        .header(
            "Content-Type",
            isParquet ? "application/vnd.apache.parquet" : "application/x-ndjson;charset=utf-8")
        .header("Content-Disposition", "attachment; filename=\"%s.%s\"".formatted(runId, format))
        .body(body);
  }

  private void jsonl(Run run, OutputStream out) throws IOException {
    for (var page = items.first(run); !page.isEmpty(); page = items.after(run, page)) {
      for (var row : page) {
        out.write(StoreJson.mapper().writeValueAsBytes(row));
        out.write("\n".getBytes(StandardCharsets.UTF_8));
      }
    }
  }

  private void parquet(Run run, OutputStream out) throws IOException {
    try (var file = new ParquetFile(out, ExportedColumns.SCHEMA)) {
      for (var page = items.first(run); !page.isEmpty(); page = items.after(run, page)) {
        for (var row : page) {
          file.add(ExportedColumns.values(row));
        }
      }
    }
  }
}
