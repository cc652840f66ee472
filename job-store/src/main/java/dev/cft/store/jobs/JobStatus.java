package dev.cft.store.jobs;

import java.util.Set;

/// Where a job stands, by its name in the database and in `/v1/jobs`.
public enum JobStatus {
  VALIDATING,
  WAITING,
  QUEUED,
  RUNNING,
  PAUSING,
  PAUSED,
  SUCCEEDED,
  FAILED,
  CANCELLED;

  /// The name in JSON and in the database.
  public String wireName() {
    return name().toLowerCase(java.util.Locale.ROOT);
  }

  /// True when nothing happens to the job any more.
  public boolean isFinal() {
    return this == SUCCEEDED || this == FAILED || this == CANCELLED;
  }

  /// The states that a job in this state may enter next.
  public Set<JobStatus> next() {
    return switch (this) {
      case VALIDATING -> Set.of(WAITING, QUEUED, FAILED, CANCELLED, PAUSED);
      case WAITING -> Set.of(QUEUED, FAILED, CANCELLED, PAUSED);
      case QUEUED -> Set.of(RUNNING, CANCELLED, FAILED, PAUSED);
      case RUNNING -> Set.of(QUEUED, PAUSING, SUCCEEDED, FAILED, CANCELLED);
      case PAUSING -> Set.of(PAUSED, SUCCEEDED, FAILED, CANCELLED);
      case PAUSED -> Set.of(WAITING, QUEUED, CANCELLED, FAILED);
      case SUCCEEDED, FAILED, CANCELLED -> Set.of();
    };
  }
}
