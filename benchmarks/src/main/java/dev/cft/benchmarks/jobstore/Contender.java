package dev.cft.benchmarks.jobstore;

/// A queue that is measured.
interface Contender extends AutoCloseable {
  /// What it is called in the table.
  String name();

  /// Puts jobs that do nothing into the queue; no worker runs.
  void fill(int jobs);

  /// Starts the workers, waits until all jobs are done, and stops them.
  void drain() throws InterruptedException;

  /// Throws unless each job was done once.
  void check(int jobs);

  @Override
  void close();
}
