package dev.cft.critiques.exports;

import dev.cft.critiques.operations.TrainingForm;
import dev.cft.service.errors.ApiException;
import dev.cft.store.datasets.Datasets;
import org.jspecify.annotations.Nullable;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.servlet.mvc.method.annotation.StreamingResponseBody;

/// `/v1/datasets/{id}/content`.
@RestController
@RequestMapping("/v1/datasets/{id}/content")
class ExportController {
  private final Datasets datasets;

  ExportController(Datasets datasets) {
    this.datasets = datasets;
  }

  @GetMapping
  ResponseEntity<StreamingResponseBody> content(
      @PathVariable String id,
      @RequestParam(defaultValue = "jsonl") String format,
      @RequestParam(required = false) @Nullable String set) {
    if (datasets.find(id).isEmpty()) {
      throw ApiException.notFound("dataset", id);
    }
    var form =
        ExportFormat.of(format)
            .orElseThrow(() -> unknown("format", ExportFormat.names().toString(), format));
    var export = new Export(form, set == null ? null : set(set));
    var name = set == null ? format : format + "." + set;
    return ResponseEntity.ok()
        .contentType(MediaType.parseMediaType(form.type()))
        .header(
            "Content-Disposition",
            "attachment; filename=\"%s.%s.%s\"".formatted(id, name, form.suffix()))
        .body(out -> export.write(datasets.iterate(id), out));
  }

  private static TrainingForm set(String name) {
    return TrainingForm.of(name)
        .orElseThrow(() -> unknown("set", TrainingForm.names().toString(), name));
  }

  private static ApiException unknown(String param, String allowed, String got) {
    return ApiException.badRequest(
        "unknown_" + param,
        "%s must be one of %s, got '%s'.".formatted(param, allowed, got),
        param);
  }
}
