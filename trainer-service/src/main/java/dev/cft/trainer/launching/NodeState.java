package dev.cft.trainer.launching;

import dev.cft.store.jobs.JobId;
import java.time.Instant;
import java.util.List;

/// A machine that trains.
///
/// @param slots training processes at once
/// @param threadsPerSlot threads of each
public record NodeState(
    String name, String launcher, int cores, int slots, int threadsPerSlot, List<Running> running) {
  public NodeState {
    running = List.copyOf(running);
  }

  /// A process in a slot.
  public record Running(JobId job, long pid, Instant since) {}
}
