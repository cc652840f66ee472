package dev.cft.trainer.launching;

import dev.cft.store.jobs.JobId;
import java.time.Instant;
import java.util.List;

/// A machine that trains.
///
/// @param device what a slot is: `cpu`, or the kind of GPU
/// @param slots GPUs, or shares of the CPU
/// @param condition `ready`, or why it takes nothing, in words
public record NodeState(
    String name,
    String launcher,
    String device,
    int cores,
    int slots,
    String condition,
    List<Running> running) {
  /// It takes work.
  public static final String READY = "ready";

  public NodeState {
    running = List.copyOf(running);
  }

  /// Slots that nothing runs in.
  public int freeSlots() {
    return Math.max(0, slots - running.stream().mapToInt(Running::slots).sum());
  }

  /// A process in its slots.
  ///
  /// @param process what it is on that machine: a pid, a pod
  public record Running(JobId job, int slots, String process, Instant since) {}
}
