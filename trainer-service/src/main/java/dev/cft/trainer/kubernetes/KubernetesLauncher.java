package dev.cft.trainer.kubernetes;

import dev.cft.store.jobs.JobId;
import dev.cft.trainer.KubernetesSettings;
import dev.cft.trainer.launching.LaunchOrder;
import dev.cft.trainer.launching.Launcher;
import dev.cft.trainer.launching.NodeState;
import dev.cft.trainer.launching.PlaceUnavailableException;
import dev.cft.trainer.launching.TrainingProcess;
import dev.cft.trainer.runs.RunFolder;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Trains on a Kubernetes cluster, one Job a run, or one TrainJob over several nodes.
///
/// A Job has its run's name, so there is never a second one. A Job that is there already is joined,
/// whatever it has come to in the meantime, unless this run folder says that its failure was seen.
final class KubernetesLauncher implements Launcher, AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(KubernetesLauncher.class);

  private final KubernetesSettings settings;
  private final Cluster cluster;
  private final ClusterJobs jobs;
  private final ClusterNodes nodes;

  KubernetesLauncher(KubernetesSettings settings, Cluster cluster) {
    this.settings = settings;
    this.cluster = cluster;
    this.jobs = new ClusterJobs(cluster.client(), cluster.namespace(), settings);
    this.nodes = new ClusterNodes(settings, cluster);
  }

  @Override
  public TrainingProcess start(LaunchOrder order) throws InterruptedException {
    try {
      return startOrJoin(order);
    } catch (KubernetesClientException failure) {
      throw unavailable(failure);
    }
  }

  private static PlaceUnavailableException unavailable(KubernetesClientException failure) {
    return new PlaceUnavailableException(
        "the cluster does not take the run: " + ClusterJobs.words(failure), failure);
  }

  private TrainingProcess startOrJoin(LaunchOrder order) throws InterruptedException {
    JobId id = order.job();
    Optional<RunObject> found = jobs.find(id);
    if (found.isPresent() && !isJoined(found.get(), order.folder())) {
      if (isPaused(found.get())) {
        jobs.suspend(found.get(), false);
        return process(order, found.get().resumed());
      }
      jobs.deleteAndWait(id, found.get());
      found = Optional.empty();
    }
    return process(order, found.orElseGet(() -> jobs.create(order)));
  }

  private KubernetesProcess process(LaunchOrder order, RunObject run) {
    return new KubernetesProcess(cluster, jobs, order.job(), run, notes(order.folder(), run));
  }

  @Override
  public boolean isUnderway(JobId id, RunFolder folder) {
    try {
      return jobs.find(id).filter(run -> isJoined(run, folder)).isPresent();
    } catch (KubernetesClientException failure) {
      throw unavailable(failure);
    }
  }

  private boolean isJoined(RunObject run, RunFolder folder) {
    boolean isOver = run.failed().isPresent() && notes(folder, run).isFailureSeen();
    return !run.isBeingDeleted() && !isPaused(run) && !isOver;
  }

  /// By us: Kueue's own suspension is part of its queue.
  private boolean isPaused(RunObject run) {
    return !run.isBeingDeleted()
        && settings.queue() == null
        && run.isSuspended()
        && !run.isFinished();
  }

  private static Notes notes(RunFolder folder, RunObject run) {
    return Notes.of(folder, run.uid());
  }

  @Override
  public void forget(JobId job) {
    try {
      jobs.delete(job);
    } catch (KubernetesClientException failure) {
      log.warn(
          "What the cluster has of {} could not be deleted; it is tried again ({})",
          job,
          ClusterJobs.words(failure));
    }
  }

  @Override
  public int mostSlots() {
    return settings.runtime() == null
        ? Math.min(settings.gpus(), settings.node().gpus())
        : settings.gpus();
  }

  /// Several nodes are taken whole: torchrun wants the same number of processes on each.
  @Override
  public Optional<String> refusal(int slots) {
    int ofNode = settings.node().gpus();
    if (slots <= ofNode) {
      return Optional.empty();
    }
    return slots % ofNode == 0
        ? jobs.withoutTrainer(slots)
        : Optional.of(
            "gpus was %d; more than the %d of one node are taken as whole nodes: a multiple of %d"
                .formatted(slots, ofNode, ofNode));
  }

  @Override
  public boolean hasGpus() {
    return true;
  }

  @Override
  public List<NodeState> nodes() {
    return nodes.list();
  }

  Duration keepFinished() {
    return settings.keepFinished();
  }

  ClusterJobs jobs() {
    return jobs;
  }

  @Override
  public void close() {
    cluster.close();
    cluster.client().close();
  }
}
