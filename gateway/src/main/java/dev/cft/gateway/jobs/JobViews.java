package dev.cft.gateway.jobs;

import dev.cft.service.errors.ApiException;
import dev.cft.store.Page;
import dev.cft.store.jobs.Job;
import dev.cft.store.jobs.JobId;
import dev.cft.store.jobs.JobQuery;
import dev.cft.store.jobs.Jobs;
import dev.cft.store.jobs.QueuePlace;
import java.util.Optional;
import org.springframework.stereotype.Component;

/// Reads jobs with what is known of their place and pace.
@Component
class JobViews {
  private static final QueuePlace NOWHERE = new QueuePlace(0, "");

  private final Jobs jobs;

  JobViews(Jobs jobs) {
    this.jobs = jobs;
  }

  /// @throws ApiException 404
  JobView find(String id) {
    return view(job(id));
  }

  /// @throws ApiException 404
  Job job(String id) {
    return jobs.find(new JobId(id)).orElseThrow(() -> ApiException.notFound("job", id));
  }

  Page<JobView> list(JobQuery query) {
    return jobs.list(query).map(this::view);
  }

  /// Asks the store only for what the job's state can have.
  JobView view(Job job) {
    return switch (job.status()) {
      case VALIDATING, WAITING, QUEUED, PAUSED ->
          JobView.of(job, jobs.queuePlace(job), Optional.empty());
      case RUNNING, PAUSING -> JobView.of(job, NOWHERE, jobs.remaining(job));
      case SUCCEEDED, FAILED, CANCELLED -> JobView.of(job, NOWHERE, Optional.empty());
    };
  }
}
