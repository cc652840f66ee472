package dev.cft.trainer.runs;

/// Which of a run's nodes this process is on. A run on one node is on the first.
public final class NodeRank {
  /// Torchrun's own variable, which Kubeflow Trainer sets in the pods of a TrainJob.
  private static final String VARIABLE = "PET_NODE_RANK";

  private NodeRank() {}

  /// From 0.
  public static int ofThisProcess() {
    String told = System.getenv(VARIABLE);
    return told == null ? 0 : Integer.parseInt(told);
  }

  /// The first node keeps the run folder; the others train beside it.
  public static boolean isFirst() {
    return ofThisProcess() == 0;
  }
}
