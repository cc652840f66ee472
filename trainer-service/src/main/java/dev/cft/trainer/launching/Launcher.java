package dev.cft.trainer.launching;

import dev.cft.store.jobs.JobId;
import dev.cft.trainer.runs.RunFolder;
import java.io.IOException;

/// Starts training processes somewhere.
public interface Launcher {
  /// Starts the process of a run folder whose `spec.json` is written. An earlier process of the
  /// folder is stopped first: there are never two.
  TrainingProcess start(JobId job, RunFolder folder) throws IOException, InterruptedException;

  /// The machines, with what runs where.
  NodeState node();
}
