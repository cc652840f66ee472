package dev.cft.eval.experiments;

import dev.cft.store.jobs.Job;
import dev.cft.store.jobs.JobState;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// When a job ended and how long it took.
public final class Times {
  private Times() {}

  /// When the job ended; null while it has not.
  static @Nullable Instant finishedAt(Job job) {
    return switch (job.state()) {
      case JobState.Succeeded(var at, _) -> at;
      case JobState.Failed(var at, _) -> at;
      case JobState.Cancelled(var at) -> at;
      case JobState.Validating _,
          JobState.Waiting _,
          JobState.Queued _,
          JobState.Running _,
          JobState.Pausing _,
          JobState.Paused _ ->
          null;
    };
  }

  /// From the start of a finished job to its end.
  public static Optional<Duration> wallTime(Job job) {
    var end = finishedAt(job);
    return job.startedAt() == null || end == null
        ? Optional.empty()
        : Optional.of(Duration.between(job.startedAt(), end));
  }
}
