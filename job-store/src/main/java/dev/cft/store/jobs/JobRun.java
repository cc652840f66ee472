package dev.cft.store.jobs;

import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/// One attempt at a job, held under a lease that a heartbeat renews by itself. Every write is
/// fenced.
public interface JobRun {
  /// The job as it was claimed.
  Job job();

  /// What the handler is asked to do; poll it between units of work.
  Signal signal();

  /// Saves how far the job is (written at most about once a second, the last one always).
  void progress(Progress progress);

  /// Says in words what the job does now.
  void stage(String words);

  /// Adds an event that users see.
  void event(JobEvent.Level level, String message, @Nullable JsonNode data);

  /// Adds values to the job's metric series at `step`.
  void metrics(long step, Map<String, Double> values);

  /// Notes that the work so far is saved: what the job would lose if it had to stop now is counted
  /// from here.
  void saved();

  /// Runs `work` in a transaction that first locks the job and checks the lease, so that what it
  /// writes is written only by the holder.
  ///
  /// @throws LeaseLostException and nothing is written
  <T extends @Nullable Object> T fenced(Supplier<T> work);

  /// A request to the handler.
  enum Signal {
    GO_ON,
    /// Save progress and return `Paused`.
    PAUSE,
    /// A job of higher priority needs the place: save progress and return `Released`. Only where
    /// [JobHandler#yields].
    YIELD,
    /// Cancelled or claimed by another: stop at once, write nothing.
    LEASE_LOST,
    /// The worker shuts down: save what is quick to save and return `Released`.
    SHUTDOWN
  }
}
