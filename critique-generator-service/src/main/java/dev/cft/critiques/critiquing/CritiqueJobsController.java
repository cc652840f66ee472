package dev.cft.critiques.critiquing;

import dev.cft.critiques.critiquing.CritiqueRequests.CreateJob;
import dev.cft.critiques.jobs.Inputs;
import dev.cft.critiques.jobs.JobDesk;
import dev.cft.critiques.jobs.JobView;
import dev.cft.critiques.jobs.Metadata;
import dev.cft.critiques.teachers.TeacherUsages;
import dev.cft.service.errors.ApiException;
import dev.cft.service.keys.Caller;
import dev.cft.service.paging.ListResponse;
import dev.cft.service.paging.PageRequest;
import dev.cft.store.StoreJson;
import dev.cft.store.jobs.JobId;
import dev.cft.store.jobs.JobKind;
import dev.cft.store.jobs.NewJob;
import dev.cft.store.specs.CritiquesSpec;
import jakarta.validation.Valid;
import java.util.HashMap;
import java.util.Objects;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;

/// Critique jobs: a dataset through a teacher.
@RestController
@RequestMapping("/v1/critiques/jobs")
class CritiqueJobsController {
  private static final JobKind KIND = JobKind.CRITIQUES;

  private final JobDesk desk;
  private final Inputs inputs;
  private final TeacherChoice choice;
  private final TeacherUsages usages;

  CritiqueJobsController(JobDesk desk, Inputs inputs, TeacherChoice choice, TeacherUsages usages) {
    this.desk = desk;
    this.inputs = inputs;
    this.choice = choice;
    this.usages = usages;
  }

  @PostMapping
  Object create(@RequestBody @Valid CreateJob request, Caller caller) {
    var chosen = choice.of(request.teacher(), request.promptVersion());
    var needs = inputs.check(request.input());
    if (Boolean.TRUE.equals(request.dryRun())) {
      if (!needs.isEmpty()) {
        throw ApiException.badRequest(
            "dry_run_needs_rows",
            "dry_run counts rows, so input must be a dataset or a file, got the job %s."
                .formatted(request.input()),
            "input");
      }
      return Estimate.of(
          inputs.open(request.input()),
          request.limit(),
          chosen,
          usages.of(chosen.teacher().name()));
    }
    var spec =
        new CritiquesSpec(
            request.input(),
            chosen.teacher().name(),
            chosen.prompt().version(),
            request.limit(),
            request.budgetUsd());
    return desk.submit(
        NewJob.of(KIND, spec)
            .needing(needs)
            .with(Metadata.checked(request.metadata()))
            .prioritised(Objects.requireNonNullElse(request.priority(), 0))
            .by(caller.id()));
  }

  @GetMapping
  ListResponse<JobView> list(PageRequest page) {
    return desk.list(KIND, page);
  }

  @GetMapping("/{id}")
  JobView get(@PathVariable String id) {
    return desk.get(KIND, id);
  }

  @PostMapping("/{id}/cancel")
  JobView cancel(@PathVariable String id) {
    return desk.cancel(KIND, id);
  }

  @PostMapping("/{id}/pause")
  JobView pause(@PathVariable String id) {
    return desk.pause(KIND, id);
  }

  @PostMapping("/{id}/resume")
  JobView resume(@PathVariable String id) {
    return desk.resume(KIND, id);
  }

  /// A new job over the same input, which keeps the rows that have a critique or a rejection and
  /// asks for the others only.
  @PostMapping("/{id}/retry_failed")
  JobView retryFailed(@PathVariable String id, Caller caller) {
    var earlier = desk.find(KIND, id);
    if (!earlier.status().isFinal()) {
      throw ApiException.badRequest(
          "illegal_state",
          "%s is %s; only the rows of a finished job can be done again."
              .formatted(id, earlier.status().wireName()),
          "id");
    }
    var metadata = new HashMap<>(earlier.metadata());
    metadata.put(CritiqueJobHandler.RETRY_OF, id);
    return desk.submit(
        new NewJob(
            JobId.next(KIND),
            KIND,
            StoreJson.read(earlier.spec(), CritiquesSpec.class),
            earlier.priority(),
            earlier.needs(),
            metadata,
            caller.id(),
            false));
  }
}
