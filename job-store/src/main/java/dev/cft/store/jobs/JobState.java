package dev.cft.store.jobs;

import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/// A job's state, each with the facts that only it can have.
public sealed interface JobState {
  /// The state's name.
  JobStatus status();

  /// Its input is being checked.
  record Validating() implements JobState {
    @Override
    public JobStatus status() {
      return JobStatus.VALIDATING;
    }
  }

  /// Jobs that it needs are unfinished.
  record Waiting(List<JobId> unfinished) implements JobState {
    public Waiting {
      unfinished = List.copyOf(unfinished);
    }

    @Override
    public JobStatus status() {
      return JobStatus.WAITING;
    }
  }

  /// Ready for a worker.
  ///
  /// @param notBefore set where the job was parked until then
  /// @param reason why it was parked or queued again, in words
  record Queued(@Nullable Instant notBefore, @Nullable String reason) implements JobState {
    @Override
    public JobStatus status() {
      return JobStatus.QUEUED;
    }
  }

  /// A worker holds the lease.
  record Running(Lease lease) implements JobState {
    @Override
    public JobStatus status() {
      return JobStatus.RUNNING;
    }
  }

  /// The worker was asked to stop at the next checkpoint.
  record Pausing(Lease lease) implements JobState {
    @Override
    public JobStatus status() {
      return JobStatus.PAUSING;
    }
  }

  /// Stopped until someone resumes it.
  record Paused() implements JobState {
    @Override
    public JobStatus status() {
      return JobStatus.PAUSED;
    }
  }

  /// Done.
  record Succeeded(Instant finishedAt, ObjectNode result) implements JobState {
    @Override
    public JobStatus status() {
      return JobStatus.SUCCEEDED;
    }
  }

  /// Ended by an error.
  record Failed(Instant finishedAt, JobError error) implements JobState {
    @Override
    public JobStatus status() {
      return JobStatus.FAILED;
    }
  }

  /// Ended on request.
  record Cancelled(Instant finishedAt) implements JobState {
    @Override
    public JobStatus status() {
      return JobStatus.CANCELLED;
    }
  }
}
