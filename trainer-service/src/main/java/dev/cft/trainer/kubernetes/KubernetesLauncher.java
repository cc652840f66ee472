package dev.cft.trainer.kubernetes;

import dev.cft.store.jobs.JobId;
import dev.cft.trainer.KubernetesSettings;
import dev.cft.trainer.launching.LaunchOrder;
import dev.cft.trainer.launching.Launcher;
import dev.cft.trainer.launching.NodeState;
import dev.cft.trainer.launching.PlaceUnavailableException;
import dev.cft.trainer.launching.TrainingProcess;
import dev.cft.trainer.runs.RunFolder;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Trains on a Kubernetes cluster, one Job a run.
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
    this.jobs = new ClusterJobs(cluster.client(), cluster.namespace(), settings.queue() != null);
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
    Optional<Job> found = jobs.find(id);
    if (found.isPresent() && !isJoined(found.get(), order.folder())) {
      if (isPaused(found.get())) {
        return process(order, jobs.suspend(id, false));
      }
      jobs.deleteAndWait(id);
      found = Optional.empty();
    }
    Job job = found.orElseGet(() -> jobs.create(id, new JobManifest(settings).of(order)));
    return process(order, job);
  }

  private KubernetesProcess process(LaunchOrder order, Job job) {
    return new KubernetesProcess(cluster, jobs, order.job(), job, notes(order.folder(), job));
  }

  @Override
  public boolean isUnderway(JobId id, RunFolder folder) {
    try {
      return jobs.find(id).filter(job -> isJoined(job, folder)).isPresent();
    } catch (KubernetesClientException failure) {
      throw unavailable(failure);
    }
  }

  private boolean isJoined(Job job, RunFolder folder) {
    boolean isOver =
        ClusterJobs.condition(job, "Failed") != null && notes(folder, job).isFailureSeen();
    return !ClusterJobs.isBeingDeleted(job) && !isPaused(job) && !isOver;
  }

  /// By us: Kueue's own suspension is part of its queue.
  private boolean isPaused(Job job) {
    return !ClusterJobs.isBeingDeleted(job)
        && settings.queue() == null
        && ClusterJobs.isSuspended(job)
        && !ClusterJobs.isFinished(job);
  }

  private static Notes notes(RunFolder folder, Job job) {
    return Notes.of(folder, job.getMetadata().getUid());
  }

  @Override
  public void forget(JobId job) {
    try {
      jobs.delete(job);
    } catch (KubernetesClientException failure) {
      log.warn(
          "The Job of {} could not be deleted; it is tried again ({})",
          job,
          ClusterJobs.words(failure));
    }
  }

  @Override
  public int mostSlots() {
    return Math.min(settings.gpus(), settings.node().gpus());
  }

  @Override
  public boolean hasGpus() {
    return true;
  }

  @Override
  public List<NodeState> nodes() {
    return nodes.list();
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
