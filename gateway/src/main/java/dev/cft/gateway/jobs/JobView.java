package dev.cft.gateway.jobs;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.cft.store.jobs.Job;
import dev.cft.store.jobs.JobError;
import dev.cft.store.jobs.JobId;
import dev.cft.store.jobs.JobState;
import dev.cft.store.jobs.Progress;
import dev.cft.store.jobs.QueuePlace;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/// A job of any kind as clients see it; times are Unix seconds, and every field is always there.
///
/// @param stage what it is doing now, in words; null where it says nothing
/// @param pendingReason why it is not running; null where it runs or has ended
/// @param queuePosition 1 is next; null where it does not wait for a worker
/// @param remainingSeconds from its own pace; null while unknown
/// @param result null until it has succeeded
/// @param error null unless it has failed
/// @param version grows with every change of the job
@JsonInclude(JsonInclude.Include.ALWAYS)
record JobView(
    String id,
    String object,
    String kind,
    String status,
    int priority,
    ProgressView progress,
    @Nullable String stage,
    @Nullable String pendingReason,
    @Nullable Integer queuePosition,
    @Nullable Long remainingSeconds,
    List<String> needs,
    Map<String, String> metadata,
    ObjectNode spec,
    @Nullable ObjectNode result,
    @Nullable JobError error,
    int attempts,
    @Nullable String createdBy,
    long createdAt,
    @Nullable Long startedAt,
    @Nullable Long finishedAt,
    long updatedAt,
    long version) {
  /// True when nothing happens to the job any more.
  boolean hasEnded() {
    return finishedAt != null;
  }

  static JobView of(Job job, QueuePlace place, Optional<Duration> remaining) {
    return new JobView(
        job.id().value(),
        "job",
        job.kind().wireName(),
        job.status().wireName(),
        job.priority(),
        ProgressView.of(job.progress()),
        job.stage().isEmpty() ? null : job.stage(),
        place.reason().isEmpty() ? null : place.reason(),
        place.position() > 0 ? place.position() : null,
        remaining.map(Duration::toSeconds).orElse(null),
        job.needs().stream().map(JobId::value).toList(),
        job.metadata(),
        job.spec(),
        job.state() instanceof JobState.Succeeded done ? done.result() : null,
        job.state() instanceof JobState.Failed failed ? failed.error() : null,
        job.attempts(),
        job.createdBy(),
        job.createdAt().getEpochSecond(),
        seconds(job.startedAt()),
        seconds(finishedAt(job.state())),
        job.updatedAt().getEpochSecond(),
        job.version());
  }

  private static @Nullable Instant finishedAt(JobState state) {
    return switch (state) {
      case JobState.Succeeded succeeded -> succeeded.finishedAt();
      case JobState.Failed failed -> failed.finishedAt();
      case JobState.Cancelled cancelled -> cancelled.finishedAt();
      case JobState.Validating _,
          JobState.Waiting _,
          JobState.Queued _,
          JobState.Running _,
          JobState.Pausing _,
          JobState.Paused _ ->
          null;
    };
  }

  private static @Nullable Long seconds(@Nullable Instant at) {
    return at == null ? null : at.getEpochSecond();
  }

  /// @param total 0 while unknown
  /// @param percent to one decimal; null while the total is unknown
  @JsonInclude(JsonInclude.Include.ALWAYS)
  record ProgressView(long done, long total, String unit, @Nullable Double percent) {
    static ProgressView of(Progress progress) {
      var total = progress.total();
      return new ProgressView(
          progress.done(),
          total,
          progress.unit(),
          total > 0 ? Math.floor(progress.done() * 1000.0 / total) / 10 : null);
    }
  }
}
