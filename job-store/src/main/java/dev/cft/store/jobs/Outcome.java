package dev.cft.store.jobs;

import java.time.Duration;
import tools.jackson.databind.node.ObjectNode;

/// What a handler wants to happen to its job when it returns.
public sealed interface Outcome {
  /// Done, with the result.
  record Succeeded(ObjectNode result) implements Outcome {}

  /// Ended: trying again would not help.
  record Failed(JobError error) implements Outcome {}

  /// This attempt failed: again after `delay`, until attempts run out.
  record Retry(JobError error, Duration delay) implements Outcome {}

  /// Stopped as asked; its progress is saved.
  record Paused() implements Outcome {}

  /// Nothing to do before `delay` is over, for the reason told; does not count as an attempt.
  record Parked(String reason, Duration delay) implements Outcome {}

  /// The worker is shutting down; the job goes back to the queue at once and does not count as an
  /// attempt.
  record Released() implements Outcome {}
}
