package dev.cft.trainer.nodes;

import dev.cft.service.errors.ApiException;
import dev.cft.service.paging.ListResponse;
import dev.cft.service.paging.PageRequest;
import dev.cft.store.jobs.Job;
import dev.cft.store.jobs.JobId;
import dev.cft.store.jobs.JobKind;
import dev.cft.store.jobs.JobQuery;
import dev.cft.store.jobs.JobStatus;
import dev.cft.store.jobs.Jobs;
import dev.cft.store.jobs.QueuePlace;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;

/// The fine-tuning jobs that wait, each with the reason.
@RestController
class QueueController {
  private static final Set<JobStatus> WAITING =
      EnumSet.of(JobStatus.VALIDATING, JobStatus.WAITING, JobStatus.QUEUED, JobStatus.PAUSED);

  private final Jobs jobs;

  QueueController(Jobs jobs) {
    this.jobs = jobs;
  }

  /// A job that does not run yet.
  ///
  /// @param position 1 is next; 0 where it waits for something else than a slot
  record Waiting(
      String object,
      String id,
      String status,
      int position,
      String reason,
      int priority,
      int gpus,
      long createdAt,
      List<String> needs) {
    static Waiting of(Job job, QueuePlace place) {
      return new Waiting(
          "queue.entry",
          job.id().value(),
          job.status().wireName(),
          place.position(),
          place.reason(),
          job.priority(),
          job.slots(),
          job.createdAt().getEpochSecond(),
          job.needs().stream().map(JobId::value).toList());
    }
  }

  @GetMapping("/v1/queue")
  ListResponse<Waiting> queue(
      @PageRequest.Limits(usual = 100, newestFirst = false) PageRequest page) {
    JobId after = page.after() == null ? null : known(page.after());
    var query =
        new JobQuery(
            Set.of(JobKind.FINE_TUNING),
            WAITING,
            Map.of(),
            after,
            page.limit(),
            page.newestFirst());
    return ListResponse.of(
        jobs.list(query), job -> Waiting.of(job, jobs.queuePlace(job)), Waiting::id);
  }

  private JobId known(String after) {
    return jobs.find(new JobId(after))
        .map(Job::id)
        .orElseThrow(() ->
            ApiException.badRequest(
                "invalid_value", "after was '%s'; it names no job".formatted(after), "after"));
  }
}
