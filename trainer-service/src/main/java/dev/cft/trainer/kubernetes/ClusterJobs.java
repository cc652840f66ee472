package dev.cft.trainer.kubernetes;

import dev.cft.store.jobs.JobError;
import dev.cft.store.jobs.JobFailedException;
import dev.cft.store.jobs.JobId;
import dev.cft.trainer.KubernetesSettings;
import dev.cft.trainer.kubernetes.RunObject.Kind;
import dev.cft.trainer.launching.LaunchOrder;
import dev.cft.trainer.launching.PlaceUnavailableException;
import io.fabric8.kubernetes.api.model.DeletionPropagation;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.Resource;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import java.net.HttpURLConnection;
import java.time.Duration;
import java.util.Optional;

/// Runs on the API server, by the ids of ours: Jobs, and TrainJobs where one node is not enough.
record ClusterJobs(KubernetesClient client, String namespace, KubernetesSettings settings) {
  private static final Duration POLL = Duration.ofMillis(200);

  /// Our choice: pods of a Job that has failed are gone sooner. Others are waited for by the job.
  private static final Duration DELETION = Duration.ofSeconds(20);

  /// Whether Kueue says when a run is suspended, and not we.
  boolean isQueued() {
    return settings.queue() != null;
  }

  private Resource<Job> job(String name) {
    return client.batch().v1().jobs().inNamespace(namespace).withName(name);
  }

  private Resource<GenericKubernetesResource> trainJob(String name) {
    return client
        .genericKubernetesResources(TrainJobManifest.TRAIN_JOBS)
        .inNamespace(namespace)
        .withName(name);
  }

  private Resource<?> resource(RunObject run) {
    return switch (run.kind()) {
      case JOB -> job(run.name());
      case TRAIN_JOB -> trainJob(run.name());
    };
  }

  Optional<RunObject> find(JobId id) {
    Optional<RunObject> ofOneNode = find(Kind.JOB, id);
    return ofOneNode.isPresent() || settings.runtime() == null
        ? ofOneNode
        : find(Kind.TRAIN_JOB, id);
  }

  Optional<RunObject> find(Kind kind, JobId id) {
    String name = JobManifest.name(id);
    return switch (kind) {
      case JOB -> Optional.ofNullable(job(name).get()).map(RunObject::of);
      case TRAIN_JOB -> Optional.ofNullable(trainJob(name).get()).map(RunObject::of);
    };
  }

  /// Makes the run; where there is one already, that one is answered.
  RunObject create(LaunchOrder order) {
    try {
      return order.slots() <= settings.node().gpus()
          ? RunObject.of(
              client.resource(new JobManifest(settings).of(order)).inNamespace(namespace).create())
          : createTrainJob(order);
    } catch (KubernetesClientException refused) {
      if (refused.getCode() != HttpURLConnection.HTTP_CONFLICT) {
        throw refused;
      }
      return find(order.job()).orElseThrow(() -> refused);
    }
  }

  private RunObject createTrainJob(LaunchOrder order) {
    Optional<String> refusal = withoutTrainer(order.slots());
    if (refusal.isPresent()) {
      throw new JobFailedException(
          new JobError("several_nodes_unavailable", refusal.get(), "gpus"));
    }
    return RunObject.of(
        client
            .genericKubernetesResources(TrainJobManifest.TRAIN_JOBS)
            .inNamespace(namespace)
            .resource(new TrainJobManifest(settings).of(order))
            .create());
  }

  /// Why a run cannot have several nodes; empty where it can.
  Optional<String> withoutTrainer(int gpus) {
    String why =
        settings.runtime() == null
            ? "this service is not set to use several (cft.trainer.kubernetes.runtime)"
            : "the cluster has no Kubeflow Trainer (%s)".formatted(TrainJobManifest.GROUP);
    int ofNode = settings.node().gpus();
    return settings.runtime() != null && client.hasApiGroup(TrainJobManifest.GROUP, true)
        ? Optional.empty()
        : Optional.of(
            "gpus was %d; that is more than the %d of one node, and %s: ask for at most %d"
                .formatted(gpus, ofNode, why, ofNode));
  }

  /// Its pods are told to end. A run that Kueue admits would be admitted again: it is taken away
  /// and made anew when it is to go on.
  void stop(RunObject run) {
    if (isQueued()) {
      delete(run);
    } else {
      suspend(run, true);
    }
  }

  void suspend(RunObject run, boolean isSuspended) {
    resource(run)
        .patch(
            PatchContext.of(PatchType.JSON_MERGE),
            "{\"spec\":{\"suspend\":%s}}".formatted(isSuspended));
  }

  /// Whatever there is of the job.
  void delete(JobId id) {
    find(id).ifPresent(this::delete);
  }

  /// It is there until its pods are gone.
  void delete(RunObject run) {
    resource(run).withPropagationPolicy(DeletionPropagation.FOREGROUND).delete();
  }

  /// @throws PlaceUnavailableException a pod of it still ends
  void deleteAndWait(JobId id, RunObject run) throws InterruptedException {
    delete(run);
    long until = System.nanoTime() + DELETION.toNanos();
    while (find(run.kind(), id).isPresent()) {
      if (System.nanoTime() > until) {
        throw new PlaceUnavailableException(
            "a pod of its last %s %s still ends in the cluster"
                .formatted(run.kind().words(), run.name()));
      }
      Thread.sleep(POLL);
    }
  }

  /// What the API server said, without addresses.
  static String words(KubernetesClientException failure) {
    String told = failure.getStatus() == null ? null : failure.getStatus().getMessage();
    return told == null
        ? "the API server does not answer (%s)".formatted(failure.getMessage())
        : told;
  }
}
