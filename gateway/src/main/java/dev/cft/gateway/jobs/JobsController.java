package dev.cft.gateway.jobs;

import dev.cft.service.paging.ListResponse;
import dev.cft.service.paging.PageRequest;
import dev.cft.store.jobs.Job;
import dev.cft.store.jobs.JobId;
import dev.cft.store.jobs.Jobs;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.Parameter;
import io.swagger.v3.oas.annotations.enums.ParameterIn;
import io.swagger.v3.oas.annotations.tags.Tag;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpHeaders;
import org.springframework.http.ResponseEntity;
import org.springframework.util.MultiValueMap;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestHeader;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

/// `/v1/jobs`: lists, single jobs and steering.
@RestController
@RequestMapping("/v1/jobs")
@Tag(
    name = "Jobs",
    description =
        "Jobs of every kind: datasets, responses, critiques, fine-tuning, evaluations, experiments.")
class JobsController {
  private final Jobs jobs;
  private final JobViews views;
  private final JobFilter filter;
  private final LongPoll poll;

  JobsController(Jobs jobs, JobViews views, JobFilter filter, LongPoll poll) {
    this.jobs = jobs;
    this.views = views;
    this.filter = filter;
    this.poll = poll;
  }

  @GetMapping
  @Operation(
      summary = "List jobs",
      description =
          "With `If-None-Match` and `wait` the answer comes as soon as something in the page has"
              + " changed; 304 when the time is over and nothing has.")
  @Parameter(in = ParameterIn.QUERY, name = "kind", description = "Repeated or comma-separated.")
  @Parameter(in = ParameterIn.QUERY, name = "status", description = "Repeated or comma-separated.")
  @Parameter(in = ParameterIn.QUERY, name = "experiment", description = "Parts of this experiment.")
  @Parameter(in = ParameterIn.QUERY, name = "metadata[key]", description = "A pair that jobs have.")
  @Parameter(in = ParameterIn.QUERY, name = "wait", description = "At most 60s: 30s, 500ms.")
  ResponseEntity<ListResponse<JobView>> list(
      @Parameter(hidden = true) @RequestParam MultiValueMap<String, String> parameters,
      @RequestHeader(name = HttpHeaders.IF_NONE_MATCH, required = false) @Nullable String known,
      PageRequest page)
      throws InterruptedException {
    var query = filter.query(parameters, page);
    var wait = LongPoll.duration(parameters.getFirst("wait"));
    return poll.read(() -> views.list(query), Tags::of, _ -> false, new LongPoll.Known(known, wait))
        .answer(found -> ListResponse.of(found, Function.identity(), JobView::id));
  }

  @GetMapping("/{id}")
  @Operation(
      summary = "One job",
      description =
          "`If-None-Match` and `wait` work as they do for the list; a job that has ended is answered"
              + " at once.")
  ResponseEntity<JobView> find(
      @PathVariable String id,
      @RequestParam(required = false) @Nullable String wait,
      @RequestHeader(name = HttpHeaders.IF_NONE_MATCH, required = false) @Nullable String known)
      throws InterruptedException {
    return poll.read(
            () -> views.find(id),
            Tags::of,
            JobView::hasEnded,
            new LongPoll.Known(known, LongPoll.duration(wait)))
        .answer(Function.identity());
  }

  @PostMapping("/{id}/cancel")
  @Operation(summary = "End a job now; cancelling a cancelled one changes nothing")
  JobView cancel(@PathVariable String id) {
    return steer(id, jobs::cancel);
  }

  @PostMapping("/{id}/pause")
  @Operation(summary = "Stop a job at its next checkpoint, or keep a waiting one from starting")
  JobView pause(@PathVariable String id) {
    return steer(id, jobs::pause);
  }

  @PostMapping("/{id}/resume")
  @Operation(summary = "Put a paused job back in the queue")
  JobView resume(@PathVariable String id) {
    return steer(id, jobs::resume);
  }

  private JobView steer(String id, Function<JobId, Job> action) {
    return views.view(action.apply(views.job(id).id()));
  }
}
