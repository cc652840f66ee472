package dev.cft.eval.suites;

import dev.cft.eval.requests.Ids;
import dev.cft.eval.runs.Runs;
import dev.cft.service.errors.ApiException;
import dev.cft.service.keys.Caller;
import dev.cft.store.jobs.Jobs;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.tags.Tag;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;
import org.springframework.http.ResponseEntity;
import org.springframework.transaction.support.TransactionTemplate;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;
import tools.jackson.databind.JsonNode;

/// `/v1/evals/suites`.
@RestController
@RequestMapping("/v1/evals/suites")
@Tag(name = "Evals")
class SuiteController {
  private final SuiteRequests requests;
  private final Suites suites;
  private final Runs runs;
  private final Jobs jobs;
  private final TransactionTemplate transaction;

  SuiteController(
      SuiteRequests requests,
      Suites suites,
      Runs runs,
      Jobs jobs,
      TransactionTemplate transaction) {
    this.requests = requests;
    this.suites = suites;
    this.runs = runs;
    this.jobs = jobs;
    this.transaction = transaction;
  }

  @PostMapping
  @ResponseStatus(HttpStatus.CREATED)
  @Operation(
      summary =
          "Run models × evals × temperatures × modes, or a recipe for one of the paper's tables")
  Suite create(@RequestBody JsonNode body, Caller caller) {
    var id = Ids.next("suite_");
    var planned = requests.read(body, id);
    transaction.executeWithoutResult(_ -> {
      planned.forEach(each -> runs.create(each.run()));
      jobs.submit(planned.stream().map(each -> each.job().by(caller.id())).toList());
    });
    return found(id, null);
  }

  @GetMapping("/{id}")
  @Operation(
      summary =
          "A suite's table as far as it is: JSON, or format=text; metric=accuracy.cft-authors for another grader's figures")
  ResponseEntity<?> get(
      @PathVariable String id,
      @RequestParam(required = false) @Nullable String format,
      @RequestParam(required = false) @Nullable String metric) {
    var suite = found(id, metric);
    if (format == null || format.equals("json")) {
      return ResponseEntity.ok(suite);
    }
    if (!format.equals("text") && !format.equals("markdown")) {
      throw ApiException.badRequest(
          "invalid_format",
          "format: '%s' is not known; allowed: json, text, markdown".formatted(format),
          "format");
    }
    return ResponseEntity.ok()
        .header("Content-Type", "text/markdown;charset=utf-8")
        .body(new SuiteTable(suite).text());
  }

  private Suite found(String id, @Nullable String metric) {
    return suites.find(id, metric).orElseThrow(() -> ApiException.notFound("suite", id));
  }
}
