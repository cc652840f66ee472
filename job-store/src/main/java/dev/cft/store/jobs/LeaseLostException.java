package dev.cft.store.jobs;

/// This worker no longer holds the job: cancelled, or claimed by another after the lease ran out.
public final class LeaseLostException extends RuntimeException {
  private final transient JobId jobId;

  public LeaseLostException(JobId jobId) {
    super("the lease on %s is lost".formatted(jobId));
    this.jobId = jobId;
  }

  public JobId jobId() {
    return jobId;
  }
}
