package dev.cft.store.jobs;

/// Ends a job as failed.
public final class JobFailedException extends RuntimeException {
  private final transient JobError error;

  public JobFailedException(JobError error) {
    super(error.message());
    this.error = error;
  }

  /// What the user is told.
  public JobError error() {
    return error;
  }
}
