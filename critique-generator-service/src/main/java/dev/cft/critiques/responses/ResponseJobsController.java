package dev.cft.critiques.responses;

import dev.cft.critiques.jobs.Inputs;
import dev.cft.critiques.jobs.JobDesk;
import dev.cft.critiques.jobs.JobView;
import dev.cft.critiques.jobs.Metadata;
import dev.cft.service.keys.Caller;
import dev.cft.service.paging.ListResponse;
import dev.cft.service.paging.PageRequest;
import dev.cft.store.jobs.JobKind;
import dev.cft.store.jobs.NewJob;
import jakarta.validation.Valid;
import java.util.Objects;
import java.util.stream.Stream;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;

/// Response jobs: questions through a model.
@RestController
@RequestMapping("/v1/responses/jobs")
class ResponseJobsController {
  private static final JobKind KIND = JobKind.RESPONSES;

  private final JobDesk desk;
  private final Inputs inputs;
  private final ModelChoice models;

  ResponseJobsController(JobDesk desk, Inputs inputs, ModelChoice models) {
    this.desk = desk;
    this.inputs = inputs;
    this.models = models;
  }

  @PostMapping
  JobView create(@RequestBody @Valid CreateResponseJob request, Caller caller) {
    var needs =
        Stream.concat(
                inputs.check(request.input()).stream(), models.check(request.model()).stream())
            .distinct()
            .toList();
    return desk.submit(
        NewJob.of(KIND, request.spec())
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
}
