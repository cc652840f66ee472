package dev.cft.eval.runs;

import dev.cft.store.jobs.JobStatus;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/// A run's status in the words of OpenAI's evals.
enum RunStatus {
  QUEUED,
  IN_PROGRESS,
  COMPLETED,
  CANCELED,
  FAILED;

  static RunStatus of(JobStatus status) {
    return switch (status) {
      case VALIDATING, WAITING, QUEUED, PAUSED -> QUEUED;
      case RUNNING, PAUSING -> IN_PROGRESS;
      case SUCCEEDED -> COMPLETED;
      case CANCELLED -> CANCELED;
      case FAILED -> FAILED;
    };
  }

  static Optional<RunStatus> named(String name) {
    return Stream.of(values()).filter(status -> status.wireName().equals(name)).findFirst();
  }

  static List<String> names() {
    return Stream.of(values()).map(RunStatus::wireName).toList();
  }

  /// The job states that are shown as this one.
  Set<JobStatus> jobStatuses() {
    var statuses = EnumSet.noneOf(JobStatus.class);
    Stream.of(JobStatus.values()).filter(status -> of(status) == this).forEach(statuses::add);
    return statuses;
  }

  String wireName() {
    return name().toLowerCase(Locale.ROOT);
  }
}
