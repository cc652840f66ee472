package dev.cft.eval.runs;

import dev.cft.eval.evals.Eval;
import dev.cft.eval.evals.EvalLookup;
import dev.cft.eval.evals.Evals;
import dev.cft.eval.evals.ItemSets;
import dev.cft.service.errors.ApiException;
import dev.cft.service.keys.Caller;
import dev.cft.service.paging.ListResponse;
import dev.cft.service.paging.PageRequest;
import dev.cft.store.StoreJson;
import dev.cft.store.jobs.Job;
import dev.cft.store.jobs.JobId;
import dev.cft.store.jobs.JobKind;
import dev.cft.store.jobs.JobQuery;
import dev.cft.store.jobs.Jobs;
import dev.cft.store.specs.EvaluationSpec;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.tags.Tag;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;
import org.springframework.transaction.support.TransactionTemplate;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;
import tools.jackson.databind.JsonNode;

/// `/v1/evals/{id}/runs`.
@RestController
@RequestMapping("/v1/evals/{evalId}/runs")
@Tag(name = "Evals")
class RunController {
  private final Evals evals;
  private final EvalLookup lookup;
  private final Runs runs;
  private final RunRequests requests;
  private final ItemSets sets;
  private final Jobs jobs;
  private final TransactionTemplate transaction;

  RunController(
      Evals evals,
      EvalLookup lookup,
      Runs runs,
      RunRequests requests,
      ItemSets sets,
      Jobs jobs,
      TransactionTemplate transaction) {
    this.evals = evals;
    this.lookup = lookup;
    this.runs = runs;
    this.requests = requests;
    this.sets = sets;
    this.jobs = jobs;
    this.transaction = transaction;
  }

  /// What a deletion answers.
  record Deleted(String object, boolean deleted, String runId) {}

  @PostMapping
  @ResponseStatus(HttpStatus.CREATED)
  @Operation(
      summary =
          "Start a run, in OpenAI's shape or as {model, limit, n, temperature, max_tokens, seed, mode, prompt}")
  RunJson create(@PathVariable String evalId, @RequestBody JsonNode body, Caller caller) {
    var eval = eval(evalId);
    var asked = requests.read(eval, body);
    var planned = NewRuns.plan(eval, asked.spec(), asked.source(), asked.metadata());
    var job =
        transaction.execute(_ -> {
          runs.create(planned.run());
          return jobs.submit(planned.job().needing(asked.needs()).by(caller.id()));
        });
    return json(Objects.requireNonNull(job));
  }

  @GetMapping
  @Operation(summary = "List an eval's runs")
  ListResponse<RunJson> list(
      @PathVariable String evalId,
      @RequestParam(required = false) @Nullable String status,
      @PageRequest.Limits(most = 100, newestFirst = false) PageRequest page) {
    var eval = eval(evalId);
    var after = page.after() == null ? null : new JobId(page.after());
    var query =
        new JobQuery(
            Set.of(JobKind.EVALUATION),
            status == null ? Set.of() : status(status).jobStatuses(),
            Map.of(RunJson.EVAL, eval.id()),
            after,
            page.limit(),
            page.newestFirst());
    var found = jobs.list(query);
    var shown = found.data().stream().flatMap(job -> shown(job).stream()).toList();
    return ListResponse.of(shown, found.hasMore(), RunJson::id);
  }

  @GetMapping("/{runId}")
  @Operation(summary = "A run with its counts so far")
  RunJson get(@PathVariable String evalId, @PathVariable String runId) {
    return json(job(evalId, runId));
  }

  @PostMapping({"/{runId}", "/{runId}/cancel"})
  @Operation(summary = "Cancel a run; what is written stays")
  RunJson cancel(@PathVariable String evalId, @PathVariable String runId) {
    return json(jobs.cancel(job(evalId, runId).id()));
  }

  @DeleteMapping("/{runId}")
  @Operation(summary = "Delete a finished run and its output items")
  Deleted delete(@PathVariable String evalId, @PathVariable String runId) {
    var job = job(evalId, runId);
    if (!job.status().isFinal()) {
      throw ApiException.badRequest(
          "illegal_state",
          "Run '%s' is %s; cancel it first."
              .formatted(runId, RunStatus.of(job.status()).wireName()),
          "run_id");
    }
    transaction.executeWithoutResult(_ -> runs.delete(runId));
    return new Deleted("eval.run.deleted", true, runId);
  }

  private Eval eval(String id) {
    return lookup.find(id).orElseThrow(() -> ApiException.notFound("eval", id));
  }

  private Job job(String evalId, String runId) {
    return runs.find(runId)
        .filter(run -> evals.isNamed(run.evalId(), evalId))
        .flatMap(run -> jobs.find(new JobId(run.id())))
        .orElseThrow(() -> ApiException.notFound("eval run", runId));
  }

  private RunJson json(Job job) {
    return shown(job).orElseThrow(() -> ApiException.notFound("eval run", job.id().value()));
  }

  private Optional<RunJson> shown(Job job) {
    return runs.find(job.id().value())
        .map(run -> {
          var total =
              ItemSelection.total(
                  StoreJson.read(job.spec(), EvaluationSpec.class),
                  sets.count(run.itemSet()).orElse(0L));
          return RunJson.of(job, run, runs.counts(run.id(), total), runs.byCriterion(run.id()));
        });
  }

  private static RunStatus status(String name) {
    return RunStatus.named(name)
        .orElseThrow(() ->
            ApiException.badRequest(
                "invalid_status",
                "status: '%s' is not known; allowed: %s"
                    .formatted(name, String.join(", ", RunStatus.names())),
                "status"));
  }
}
