package dev.cft.eval.reports;

import static dev.cft.store.StoreJson.mapper;

import dev.cft.eval.experiments.Experiments;
import dev.cft.service.errors.ApiException;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.tags.Tag;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpHeaders;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RequestHeader;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

/// `/v1/experiments/{id}/report`.
@RestController
@Tag(name = "Experiments")
class ReportController {
  private final Experiments experiments;
  private final Reports reports;

  ReportController(Experiments experiments, Reports reports) {
    this.experiments = experiments;
    this.reports = reports;
  }

  /// The forms of a report.
  private enum Format {
    JSON("application/json"),
    MARKDOWN("text/markdown"),
    TEXT("text/plain");

    private final String type;

    Format(String type) {
      this.type = type;
    }

    private MediaType mediaType() {
      return new MediaType(MediaType.parseMediaType(type), StandardCharsets.UTF_8);
    }
  }

  @GetMapping("/v1/experiments/{id}/report")
  @Operation(
      summary =
          "What an experiment showed so far: JSON, Markdown (?format=markdown) or a table for a terminal (?format=text)")
  ResponseEntity<byte[]> report(
      @PathVariable String id,
      @RequestParam(required = false) @Nullable String format,
      @RequestParam(required = false) @Nullable String against,
      @RequestHeader(name = HttpHeaders.ACCEPT, required = false) @Nullable String accept) {
    var wanted = format == null ? accepted(accept) : named(format);
    var report =
        reports.of(experiments.find(id).orElseThrow(() -> ApiException.notFound("experiment", id)));
    var arms = report.arms().stream().map(Report.ArmPart::name).toList();
    if (against != null && !arms.contains(against)) {
      throw ApiException.badRequest(
          "invalid_against",
          "against: there is no arm '%s'; the arms are %s"
              .formatted(against, String.join(", ", arms)),
          "against");
    }
    var body =
        switch (wanted) {
          case JSON -> mapper().writeValueAsString(report);
          case MARKDOWN -> Pages.markdown(Tables.of(report, against));
          case TEXT -> Pages.text(Tables.of(report, against));
        };
    return ResponseEntity.ok()
        .contentType(wanted.mediaType())
        .body(body.getBytes(StandardCharsets.UTF_8));
  }

  private static Format named(String name) {
    return Stream.of(Format.values())
        .filter(format -> format.name().equalsIgnoreCase(name))
        .findFirst()
        .orElseThrow(() ->
            ApiException.badRequest(
                "invalid_format",
                "format: '%s' is not known; allowed: json, markdown, text".formatted(name),
                "format"));
  }

  private static Format accepted(@Nullable String accept) {
    var asked = accept == null ? List.<MediaType>of() : MediaType.parseMediaTypes(accept);
    return asked.stream()
        .flatMap(type ->
            Stream.of(Format.values())
                .filter(format -> type.isConcrete() && format.mediaType().isCompatibleWith(type)))
        .findFirst()
        .orElse(Format.JSON);
  }
}
