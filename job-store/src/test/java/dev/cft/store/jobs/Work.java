package dev.cft.store.jobs;

/// What a test's handler does.
interface Work {
  Outcome run(JobRun run) throws Exception;
}
