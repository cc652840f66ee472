package dev.cft.eval.experiments;

import dev.cft.eval.experiments.Experiments.Experiment;
import dev.cft.service.errors.ApiException;
import dev.cft.service.keys.Caller;
import dev.cft.service.paging.ListResponse;
import dev.cft.service.paging.PageRequest;
import dev.cft.store.jobs.JobId;
import dev.cft.store.jobs.JobKind;
import dev.cft.store.jobs.JobQuery;
import dev.cft.store.jobs.Jobs;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.tags.Tag;
import java.util.Map;
import java.util.Set;
import org.springframework.http.HttpStatus;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;
import tools.jackson.databind.JsonNode;

/// `/v1/experiments`.
@RestController
@RequestMapping("/v1/experiments")
@Tag(name = "Experiments")
class ExperimentController {
  private final ExperimentRequests requests;
  private final Experiments experiments;
  private final Jobs jobs;

  ExperimentController(ExperimentRequests requests, Experiments experiments, Jobs jobs) {
    this.requests = requests;
    this.experiments = experiments;
    this.jobs = jobs;
  }

  @PostMapping
  @ResponseStatus(HttpStatus.CREATED)
  @Operation(summary = "Start an experiment: arms × seeds × evals from one call")
  ExperimentJson create(@RequestBody JsonNode body, Caller caller) {
    var asked = requests.read(body);
    return json(
        experiments.submit(
            Plan.of(asked.spec(), asked.evals(), asked.needs(), asked.metadata(), caller.id())));
  }

  @GetMapping
  @Operation(summary = "List experiments")
  ListResponse<ExperimentJson> list(@PageRequest.Limits(most = 100) PageRequest page) {
    var after = page.after() == null ? null : new JobId(page.after());
    var query =
        new JobQuery(
            Set.of(JobKind.EXPERIMENT),
            Set.of(),
            Map.of(),
            after,
            page.limit(),
            page.newestFirst());
    return ListResponse.of(
        jobs.list(query), job -> json(experiments.whole(job)), ExperimentJson::id);
  }

  @GetMapping("/{id}")
  @Operation(summary = "An experiment with its jobs and how far each is")
  ExperimentJson get(@PathVariable String id) {
    return json(found(id));
  }

  @PostMapping("/{id}/cancel")
  @Operation(summary = "Cancel an experiment and every unfinished part")
  ExperimentJson cancel(@PathVariable String id) {
    return json(experiments.cancel(found(id)));
  }

  private Experiment found(String id) {
    return experiments.find(id).orElseThrow(() -> ApiException.notFound("experiment", id));
  }

  private ExperimentJson json(Experiment experiment) {
    return ExperimentJson.of(experiment, jobs::remaining);
  }
}
