package dev.cft.store.jobs;

/// A service's work for one kind of job.
public interface JobHandler {
  /// The kind that it does.
  JobKind kind();

  /// Whether its jobs stop early with little lost, so that one of higher priority may take their
  /// place: they get [JobRun.Signal#YIELD].
  default boolean yields() {
    return false;
  }

  /// Checks a job submitted with `validateFirst`.
  ///
  /// @throws JobFailedException when the input is bad; the job ends as failed
  default void validate(Job job) {}

  /// Does the job, from wherever an earlier attempt left it.
  ///
  /// @throws JobFailedException the job ends as failed
  /// @throws LeaseLostException another worker has it, or it was cancelled: the worker forgets it
  /// @throws Exception anything else is a retryable failure of this attempt
  Outcome run(JobRun run) throws Exception;
}
