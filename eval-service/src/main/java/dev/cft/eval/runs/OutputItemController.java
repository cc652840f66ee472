package dev.cft.eval.runs;

import dev.cft.eval.evals.Evals;
import dev.cft.eval.evals.ItemSets;
import dev.cft.service.errors.ApiException;
import dev.cft.service.paging.ListResponse;
import dev.cft.service.paging.PageRequest;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.tags.Tag;
import org.jspecify.annotations.Nullable;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;
import tools.jackson.databind.JsonNode;

/// `/v1/evals/{id}/runs/{id}/output_items`, and grading them again.
@RestController
@RequestMapping("/v1/evals/{evalId}/runs/{runId}")
@Tag(name = "Evals")
class OutputItemController {
  private final Evals evals;
  private final Runs runs;
  private final ItemSets sets;
  private final Regrading regrading;

  OutputItemController(Evals evals, Runs runs, ItemSets sets, Regrading regrading) {
    this.evals = evals;
    this.runs = runs;
    this.sets = sets;
    this.regrading = regrading;
  }

  @GetMapping("/output_items")
  @Operation(summary = "List a run's output items, as they are done")
  ListResponse<OutputItemJson> list(
      @PathVariable String evalId,
      @PathVariable String runId,
      @RequestParam(required = false) @Nullable String status,
      @RequestParam(required = false) @Nullable String outcome,
      @RequestParam(required = false) @Nullable String contains,
      @PageRequest.Limits(most = 100, newestFirst = false) PageRequest page) {
    var run = run(evalId, runId);
    var after = page.after() == null ? null : OutputItemJson.seq(runId, page.after());
    var items =
        runs.items(
            runId,
            ItemFilter.of(status, outcome, contains),
            after,
            page.limit(),
            page.newestFirst());
    return ListResponse.of(items, item -> json(item, run), OutputItemJson::id);
  }

  @GetMapping("/output_items/{itemId}")
  @Operation(summary = "An output item")
  OutputItemJson get(
      @PathVariable String evalId, @PathVariable String runId, @PathVariable String itemId) {
    var run = run(evalId, runId);
    return runs.item(runId, OutputItemJson.seq(runId, itemId))
        .map(item -> json(item, run))
        .orElseThrow(() -> ApiException.notFound("output item", itemId));
  }

  @PostMapping("/regrade")
  @Operation(summary = "Grade a run's answers with another grader; nothing is generated or changed")
  Regrading.RegradeJson regrade(
      @PathVariable String evalId, @PathVariable String runId, @RequestBody JsonNode body) {
    var run = run(evalId, runId);
    var eval = evals.find(run.evalId()).orElseThrow(() -> ApiException.notFound("eval", evalId));
    return regrading.regrade(eval, run, body);
  }

  private Run run(String evalId, String runId) {
    return runs.find(runId)
        .filter(run -> evals.isNamed(run.evalId(), evalId))
        .orElseThrow(() -> ApiException.notFound("eval run", runId));
  }

  private OutputItemJson json(OutputItem item, Run run) {
    var values = sets.read(run.itemSet(), item.itemSeq(), item.itemSeq() + 1);
    return OutputItemJson.of(
        item, run.evalId(), values.isEmpty() ? null : values.getFirst().value());
  }
}
