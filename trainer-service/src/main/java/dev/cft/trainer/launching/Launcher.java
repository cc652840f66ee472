package dev.cft.trainer.launching;

import java.io.IOException;
import java.util.List;

/// Starts training processes somewhere.
public interface Launcher {
  /// Starts the process of a run folder. An earlier process of the folder is stopped first: there
  /// are never two.
  TrainingProcess start(LaunchOrder order) throws IOException, InterruptedException;

  /// The most GPUs, or slots of a CPU, that one job can have here.
  int mostSlots();

  /// Whether a slot is a GPU.
  boolean hasGpus();

  /// The machines, with what runs where.
  List<NodeState> nodes();
}
