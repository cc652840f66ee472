package dev.cft.store.jobs;

/// A request that the job's present state does not allow, for instance pausing a finished job.
public final class IllegalTransitionException extends RuntimeException {
  private final transient JobId jobId;
  private final JobStatus from;

  public IllegalTransitionException(JobId jobId, JobStatus from, String wanted) {
    super("%s is %s and cannot be %s".formatted(jobId, from.wireName(), wanted));
    this.jobId = jobId;
    this.from = from;
  }

  public JobId jobId() {
    return jobId;
  }

  public JobStatus from() {
    return from;
  }
}
