package dev.cft.trainer.kubernetes;

import dev.cft.store.jobs.JobId;
import dev.cft.trainer.launching.PlaceUnavailableException;
import io.fabric8.kubernetes.api.model.DeletionPropagation;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import io.fabric8.kubernetes.api.model.batch.v1.JobCondition;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.ScalableResource;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import java.net.HttpURLConnection;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Jobs on the API server, by the ids of ours.
///
/// @param isQueued whether Kueue says when a Job is suspended, and not we
record ClusterJobs(KubernetesClient client, String namespace, boolean isQueued) {
  private static final Duration POLL = Duration.ofMillis(200);

  /// Our choice: pods of a Job that has failed are gone sooner. Others are waited for by the job.
  private static final Duration DELETION = Duration.ofSeconds(20);

  private ScalableResource<Job> resource(JobId id) {
    return client.batch().v1().jobs().inNamespace(namespace).withName(JobManifest.name(id));
  }

  Optional<Job> find(JobId id) {
    return Optional.ofNullable(resource(id).get());
  }

  /// Makes the Job; where there is one already, that one is answered.
  Job create(JobId id, Job manifest) {
    try {
      return client.resource(manifest).inNamespace(namespace).create();
    } catch (KubernetesClientException refused) {
      if (refused.getCode() != HttpURLConnection.HTTP_CONFLICT) {
        throw refused;
      }
      return find(id).orElseThrow(() -> refused);
    }
  }

  /// The pod is told to end. A Job that Kueue admits would be admitted again: it is taken away and
  /// made anew when it is to go on.
  void stop(JobId id) {
    if (isQueued) {
      delete(id);
    } else {
      suspend(id, true);
    }
  }

  Job suspend(JobId id, boolean isSuspended) {
    return resource(id)
        .patch(
            PatchContext.of(PatchType.JSON_MERGE),
            "{\"spec\":{\"suspend\":%s}}".formatted(isSuspended));
  }

  /// The Job is there until its pods are gone.
  void delete(JobId id) {
    resource(id).withPropagationPolicy(DeletionPropagation.FOREGROUND).delete();
  }

  /// @throws PlaceUnavailableException a pod of it still ends
  void deleteAndWait(JobId id) throws InterruptedException {
    delete(id);
    long until = System.nanoTime() + DELETION.toNanos();
    while (find(id).isPresent()) {
      if (System.nanoTime() > until) {
        throw new PlaceUnavailableException(
            "the pod of its last Job %s still ends in the cluster".formatted(JobManifest.name(id)));
      }
      Thread.sleep(POLL);
    }
  }

  static boolean isFinished(Job job) {
    return condition(job, "Complete") != null || condition(job, "Failed") != null;
  }

  static boolean isSuspended(Job job) {
    return Boolean.TRUE.equals(job.getSpec().getSuspend());
  }

  static boolean isBeingDeleted(Job job) {
    return job.getMetadata().getDeletionTimestamp() != null;
  }

  /// The condition where it is true.
  static @Nullable JobCondition condition(Job job, String type) {
    if (job.getStatus() == null) {
      return null;
    }
    return job.getStatus().getConditions().stream()
        .filter(condition -> condition.getType().equals(type))
        .filter(condition -> "True".equals(condition.getStatus()))
        .findFirst()
        .orElse(null);
  }

  /// What the API server said, without addresses.
  static String words(KubernetesClientException failure) {
    String told = failure.getStatus() == null ? null : failure.getStatus().getMessage();
    return told == null
        ? "the API server does not answer (%s)".formatted(failure.getMessage())
        : told;
  }
}
