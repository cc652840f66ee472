package dev.cft.critiques.jobs;

import dev.cft.critiques.datasets.DatasetIds;
import dev.cft.store.jobs.Job;
import dev.cft.store.jobs.JobError;
import dev.cft.store.jobs.JobId;
import dev.cft.store.jobs.JobKind;
import dev.cft.store.jobs.JobState;
import dev.cft.store.jobs.JobStatus;
import dev.cft.store.jobs.Jobs;
import dev.cft.store.jobs.QueuePlace;
import java.time.Instant;
import java.time.InstantSource;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;
import tools.jackson.databind.node.ObjectNode;

/// Makes [JobView]s of the store's jobs.
@Component
public class JobViews {
  private final Jobs jobs;
  private final InstantSource clock;

  JobViews(Jobs jobs, InstantSource clock) {
    this.jobs = jobs;
    this.clock = clock;
  }

  public JobView of(Job job) {
    var end = End.of(job.state());
    var started = job.startedAt();
    return new JobView(
        job.id().value(),
        job.kind() == JobKind.CRITIQUES ? "critique.job" : "response.job",
        job.status().wireName(),
        job.stage().isEmpty() ? null : job.stage(),
        job.spec(),
        DatasetIds.of(job.id()),
        job.progress(),
        queue(job),
        job.needs().stream().map(JobId::value).toList(),
        job.priority(),
        job.attempts(),
        job.metadata().isEmpty() ? null : job.metadata(),
        job.createdAt().getEpochSecond(),
        started == null ? null : started.getEpochSecond(),
        end.at() == null ? null : end.at().getEpochSecond(),
        estimatedFinish(job),
        end.result(),
        end.error());
  }

  private @Nullable QueuePlace queue(Job job) {
    return job.status() == JobStatus.WAITING || job.status() == JobStatus.QUEUED
        ? jobs.queuePlace(job)
        : null;
  }

  private @Nullable Long estimatedFinish(Job job) {
    return job.status().isFinal()
        ? null
        : jobs.remaining(job).map(left -> clock.instant().plus(left).getEpochSecond()).orElse(null);
  }

  private record End(@Nullable Instant at, @Nullable ObjectNode result, @Nullable JobError error) {
    static End of(JobState state) {
      return switch (state) {
        case JobState.Succeeded done -> new End(done.finishedAt(), done.result(), null);
        case JobState.Failed failed -> new End(failed.finishedAt(), null, failed.error());
        case JobState.Cancelled cancelled -> new End(cancelled.finishedAt(), null, null);
        case JobState.Validating _,
            JobState.Waiting _,
            JobState.Queued _,
            JobState.Running _,
            JobState.Pausing _,
            JobState.Paused _ ->
            new End(null, null, null);
      };
    }
  }
}
