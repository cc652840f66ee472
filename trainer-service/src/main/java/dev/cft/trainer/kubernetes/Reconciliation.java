package dev.cft.trainer.kubernetes;

import dev.cft.store.jobs.Job;
import dev.cft.store.jobs.JobId;
import dev.cft.store.jobs.JobStatus;
import dev.cft.store.jobs.Jobs;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.SmartLifecycle;
import org.springframework.dao.DataAccessException;

/// Looks after Jobs of the cluster whose job was cancelled or paused while no service watched them.
final class Reconciliation implements SmartLifecycle {
  private static final Logger log = LoggerFactory.getLogger(Reconciliation.class);

  /// Our choice: what it finds is rare and not urgent.
  private static final Duration PERIOD = Duration.ofSeconds(10);

  private final KubernetesLauncher launcher;
  private final Cluster cluster;
  private final Jobs jobs;
  private volatile boolean running;
  private @Nullable Thread thread;

  Reconciliation(KubernetesLauncher launcher, Cluster cluster, Jobs jobs) {
    this.launcher = launcher;
    this.cluster = cluster;
    this.jobs = jobs;
  }

  @Override
  public void start() {
    running = true;
    thread = Thread.ofVirtual().name("kubernetes-reconciliation").start(this::repeat);
  }

  @Override
  public void stop() {
    running = false;
    if (thread != null) {
      thread.interrupt();
    }
  }

  @Override
  public boolean isRunning() {
    return running;
  }

  /// Goes on whatever happens: the next time may find the cluster or the database again.
  private void repeat() {
    while (running) {
      try {
        reconcile();
      } catch (KubernetesClientException | DataAccessException unreachable) {
        log.warn(
            "The cluster's Jobs were not looked after; trying again in {} s ({})",
            PERIOD.toSeconds(),
            unreachable.getMessage());
      }
      try {
        Thread.sleep(PERIOD);
      } catch (InterruptedException stopped) {
        return;
      }
    }
  }

  /// Ends or suspends what nobody wants to go on.
  void reconcile() {
    for (var theirs : cluster.jobs()) {
      String label = theirs.getMetadata().getLabels().get(JobManifest.JOB_ID);
      if (label != null && !ClusterJobs.isFinished(theirs) && !ClusterJobs.isBeingDeleted(theirs)) {
        var id = new JobId(label);
        jobs.find(id).map(Job::status).ifPresent(status -> reconcile(id, status, theirs));
      }
    }
  }

  private void reconcile(
      JobId id, JobStatus status, io.fabric8.kubernetes.api.model.batch.v1.Job theirs) {
    switch (status) {
      case CANCELLED, FAILED, SUCCEEDED -> {
        log.info("{} is {}: its Job ends", id, status.wireName());
        launcher.jobs().delete(id);
      }
      case PAUSED -> {
        if (!ClusterJobs.isSuspended(theirs)) {
          log.info("{} is paused: its Job is stopped", id);
          launcher.jobs().stop(id);
          goOnIfResumed(id);
        }
      }
      case VALIDATING, WAITING, QUEUED, RUNNING, PAUSING -> {}
    }
  }

  /// Whoever resumed it in between may have joined a Job that was not suspended yet.
  private void goOnIfResumed(JobId id) {
    boolean isResumed =
        jobs.find(id)
            .filter(job -> job.status() == JobStatus.QUEUED || job.status() == JobStatus.RUNNING)
            .isPresent();
    if (isResumed && !launcher.jobs().isQueued()) {
      launcher.jobs().suspend(id, false);
    }
  }
}
