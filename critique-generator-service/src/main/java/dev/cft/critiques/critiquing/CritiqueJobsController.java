package dev.cft.critiques.critiquing;

import dev.cft.critiques.critiquing.CritiqueRequests.CreateJob;
import dev.cft.critiques.critiquing.TeacherChoice.Chosen;
import dev.cft.critiques.jobs.Inputs;
import dev.cft.critiques.jobs.JobDesk;
import dev.cft.critiques.jobs.JobView;
import dev.cft.critiques.jobs.Metadata;
import dev.cft.critiques.limits.Asker;
import dev.cft.critiques.prompts.VerdictRule;
import dev.cft.service.errors.ApiException;
import dev.cft.service.keys.Caller;
import dev.cft.service.paging.ListResponse;
import dev.cft.service.paging.PageRequest;
import dev.cft.store.StoreJson;
import dev.cft.store.jobs.Job;
import dev.cft.store.jobs.JobId;
import dev.cft.store.jobs.JobKind;
import dev.cft.store.jobs.NewJob;
import dev.cft.store.specs.CritiquesSpec;
import jakarta.validation.Valid;
import java.util.HashMap;
import java.util.List;
import java.util.Objects;
import java.util.regex.PatternSyntaxException;
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
  private final Estimates estimates;
  private final BatchCancelling batches;

  CritiqueJobsController(
      JobDesk desk,
      Inputs inputs,
      TeacherChoice choice,
      Estimates estimates,
      BatchCancelling batches) {
    this.desk = desk;
    this.inputs = inputs;
    this.choice = choice;
    this.estimates = estimates;
    this.batches = batches;
  }

  @PostMapping
  Object create(@RequestBody @Valid CreateJob request, Caller caller) {
    var chosen = choice.all(request.teacher(), request.teachers(), request.promptVersion());
    if ("batch".equals(request.mode())) {
      refuseWithoutBatches(chosen);
    }
    var needs = inputs.check(request.input());
    var spec = spec(request, chosen);
    if (Boolean.TRUE.equals(request.dryRun())) {
      if (!needs.stream().allMatch(inputs::hasSucceeded)) {
        throw ApiException.badRequest(
            "dry_run_needs_rows",
            "dry_run counts rows, and the job %s has not made any: wait until it has succeeded, or name a dataset or a file."
                .formatted(request.input()),
            "input");
      }
      var nobody = JobId.next(KIND);
      return estimates.of(new CritiqueTask(nobody, spec, chosen, "", Asker.job(nobody.value())));
    }
    return desk.submit(
        NewJob.of(KIND, spec)
            .needing(needs)
            .with(Metadata.checked(request.metadata()))
            .prioritised(Objects.requireNonNullElse(request.priority(), 0))
            .by(caller.id()));
  }

  private static void refuseWithoutBatches(List<Chosen> chosen) {
    for (var each : chosen) {
      if (each.teacher().batches().isEmpty()) {
        throw ApiException.badRequest(
            "no_batches",
            "The teacher %s has no batch API; use mode online.".formatted(each.teacher().name()),
            "mode");
      }
    }
  }

  private static CritiquesSpec spec(CreateJob request, List<Chosen> chosen) {
    var names = chosen.stream().map(each -> each.teacher().name()).toList();
    return new CritiquesSpec(
        request.input(),
        names.getFirst(),
        request.teachers() == null ? chosen.getFirst().prompt().version() : request.promptVersion(),
        request.limit(),
        request.budgetUsd(),
        names.size() == 1 ? null : names,
        request.n(),
        request.reuse(),
        request.mode(),
        null);
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
    var cancelled = desk.cancel(KIND, id);
    batches.cancel(desk.find(KIND, id));
    return cancelled;
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
    var earlier = finished(id);
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
            false,
            1));
  }

  /// A new job that reads the verdicts of a finished one again, by another rule, and asks nobody.
  @PostMapping("/{id}/reparse")
  JobView reparse(
      @PathVariable String id,
      @RequestBody @Valid CritiqueRequests.Reparse request,
      Caller caller) {
    var earlier = finished(id);
    var spec = StoreJson.read(earlier.spec(), CritiquesSpec.class);
    var again = reparsed(id, request);
    return desk.submit(
        NewJob.of(
                KIND,
                new CritiquesSpec(
                    spec.input(),
                    spec.teacher(),
                    spec.promptVersion(),
                    spec.limit(),
                    null,
                    spec.teachers(),
                    spec.n(),
                    null,
                    null,
                    again))
            .by(caller.id()));
  }

  private static CritiquesSpec.Reparse reparsed(String id, CritiqueRequests.Reparse request) {
    var hasPatterns = request.rightPattern() != null || request.wrongPattern() != null;
    if (hasPatterns == (request.rule() != null)) {
      throw ApiException.badRequest(
          "ambiguous_request",
          "Give a rule (%s) or right_pattern and wrong_pattern.".formatted(VerdictRule.NAMES),
          "rule");
    }
    if (request.rule() != null && VerdictRule.named(request.rule()).isEmpty()) {
      throw ApiException.badRequest(
          "unknown_rule",
          "There is no rule '%s'; there are %s.".formatted(request.rule(), VerdictRule.NAMES),
          "rule");
    }
    try {
      VerdictRule.patterns(request.rightPattern(), request.wrongPattern());
    } catch (PatternSyntaxException e) {
      throw ApiException.badRequest(
          "invalid_pattern",
          "'%s' is no regular expression: %s.".formatted(e.getPattern(), e.getDescription()),
          e.getPattern().equals(request.rightPattern()) ? "right_pattern" : "wrong_pattern");
    }
    return new CritiquesSpec.Reparse(
        id, request.rule(), request.rightPattern(), request.wrongPattern());
  }

  private Job finished(String id) {
    var job = desk.find(KIND, id);
    if (!job.status().isFinal()) {
      throw ApiException.badRequest(
          "illegal_state",
          "%s is %s; only the rows of a finished job can be done again."
              .formatted(id, job.status().wireName()),
          "id");
    }
    return job;
  }
}
