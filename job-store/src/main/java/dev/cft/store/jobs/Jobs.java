package dev.cft.store.jobs;

import dev.cft.store.Page;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;

/// All jobs of the platform: submitted, read, listed and steered here; done by a [JobWorker].
public interface Jobs {
  /// Submits jobs in one transaction; needs may name one another. An id that exists already with
  /// the same spec is left as it is.
  ///
  /// @throws IllegalArgumentException a need that does not exist
  List<Job> submit(List<NewJob> jobs);

  /// Submits one job.
  default Job submit(NewJob job) {
    return submit(List.of(job)).getFirst();
  }

  Optional<Job> find(JobId id);

  Page<Job> list(JobQuery query);

  /// Ends the job now; a worker that holds it loses its lease. Cancelling a cancelled job changes
  /// nothing.
  ///
  /// @throws IllegalTransitionException the job has succeeded or failed
  Job cancel(JobId id);

  /// Asks a running job to stop at its next checkpoint; a job that does not run is paused at once.
  Job pause(JobId id);

  /// Puts a paused job back in the queue.
  Job resume(JobId id);

  QueuePlace queuePlace(Job job);

  /// How long the job will still run, from its own pace since it started; empty while unknown.
  Optional<Duration> remaining(Job job);

  /// Events after `afterSeq` (0 for all), oldest first, at most `limit`.
  List<JobEvent> events(JobId id, long afterSeq, int limit);

  /// A page of events, newest first, before `beforeSeq` (0 for the newest).
  Page<JobEvent> latestEvents(JobId id, long beforeSeq, int limit);

  /// A metric series by step.
  SortedMap<Long, Double> metric(JobId id, String name);

  /// The last step of each metric series of a job.
  Map<String, Long> lastSteps(JobId id);

  /// The names of the metric series of a job.
  List<String> metricNames(JobId id);

  /// A number that grows whenever any job changes: an ETag for lists.
  long changeCount();

  /// Blocks until some job changes after `changeCount` was read as `since`, or the time is over; by
  /// `LISTEN`, with polling as the fallback.
  void awaitChange(long since, Duration atMost) throws InterruptedException;
}
