package dev.cft.trainer.launching;

import dev.cft.store.jobs.JobId;
import dev.cft.trainer.runs.RunFolder;
import java.io.IOException;
import java.util.List;
import java.util.Optional;

/// Starts training processes somewhere.
public interface Launcher {
  /// Starts the process of a run folder. An earlier process of the folder is stopped first: there
  /// are never two.
  TrainingProcess start(LaunchOrder order) throws IOException, InterruptedException;

  /// Whether a run of the job goes on there, or has ended there and nobody has taken note of it
  /// yet: [#start] then joins it, and its folder is to be left as it is.
  default boolean isUnderway(JobId job, RunFolder folder) {
    return false;
  }

  /// Ends what is left of a job that is over.
  default void forget(JobId job) {}

  /// The most GPUs, or slots of a CPU, that one job can have here.
  int mostSlots();

  /// Why one job cannot have just so many of them; empty where it can.
  default Optional<String> refusal(int slots) {
    return Optional.empty();
  }

  /// Whether a slot is a GPU.
  boolean hasGpus();

  /// The machines, with what runs where.
  List<NodeState> nodes();
}
