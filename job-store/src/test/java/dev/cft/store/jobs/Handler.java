package dev.cft.store.jobs;

/// A handler of `responses` jobs.
record Handler(Work work) implements JobHandler {
  @Override
  public JobKind kind() {
    return JobKind.RESPONSES;
  }

  @Override
  public Outcome run(JobRun run) throws Exception {
    return work.run(run);
  }
}
