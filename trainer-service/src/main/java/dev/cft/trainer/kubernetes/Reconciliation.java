package dev.cft.trainer.kubernetes;

import dev.cft.store.jobs.Job;
import dev.cft.store.jobs.JobId;
import dev.cft.store.jobs.JobStatus;
import dev.cft.store.jobs.Jobs;
import dev.cft.trainer.kubernetes.RunObject.Kind;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.time.Duration;
import java.time.InstantSource;
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
  private final InstantSource clock;
  private volatile boolean running;
  private @Nullable Thread thread;

  Reconciliation(KubernetesLauncher launcher, Cluster cluster, Jobs jobs, InstantSource clock) {
    this.launcher = launcher;
    this.cluster = cluster;
    this.jobs = jobs;
    this.clock = clock;
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
    for (RunObject theirs : cluster.runs()) {
      String label = theirs.job();
      if (label != null && !theirs.isBeingDeleted()) {
        var id = new JobId(label);
        jobs.find(id).ifPresent(job -> reconcile(job, theirs));
      }
    }
  }

  private void reconcile(Job job, RunObject theirs) {
    if (!theirs.isFinished()) {
      reconcile(job.id(), job.status(), theirs);
    } else if (theirs.kind() == Kind.TRAIN_JOB && isOld(job)) {
      launcher.jobs().delete(theirs);
    }
  }

  /// A finished Job goes by itself.
  private boolean isOld(Job job) {
    return switch (job.status()) {
      case CANCELLED, FAILED, SUCCEEDED ->
          job.updatedAt().plus(launcher.keepFinished()).isBefore(clock.instant());
      case VALIDATING, WAITING, QUEUED, RUNNING, PAUSING, PAUSED -> false;
    };
  }

  private void reconcile(JobId id, JobStatus status, RunObject theirs) {
    switch (status) {
      case CANCELLED, FAILED, SUCCEEDED -> {
        log.info("{} is {}: its {} ends", id, status.wireName(), theirs.kind().words());
        launcher.jobs().delete(theirs);
      }
      case PAUSED -> {
        // Kueue would let one that it has suspended begin.
        if (launcher.jobs().isQueued() || !theirs.isSuspended()) {
          log.info("{} is paused: its {} is stopped", id, theirs.kind().words());
          launcher.jobs().stop(theirs);
          goOnIfResumed(id, theirs);
        }
      }
      case VALIDATING, WAITING, QUEUED, RUNNING, PAUSING -> {}
    }
  }

  /// Whoever resumed it in between may have joined a Job that was not suspended yet.
  private void goOnIfResumed(JobId id, RunObject theirs) {
    boolean isResumed =
        jobs.find(id)
            .filter(job -> job.status() == JobStatus.QUEUED || job.status() == JobStatus.RUNNING)
            .isPresent();
    if (isResumed && !launcher.jobs().isQueued()) {
      launcher.jobs().suspend(theirs, false);
    }
  }
}
