package dev.cft.trainer.kubernetes;

import io.fabric8.kubernetes.api.model.Event;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import io.fabric8.kubernetes.api.model.batch.v1.JobCondition;
import java.util.List;
import java.util.Optional;

/// What becomes of a Job, in words: why it waits, what happened to its pods, what it died of.
record RunWords(Cluster cluster, String uid, boolean isQueued) {
  /// Why it does not train; empty where it does, or has.
  Optional<String> waitsFor(Job job, boolean isStopping) {
    if (isStopping) {
      return Optional.of(stopping());
    }
    if (ClusterJobs.isSuspended(job)) {
      return Optional.of(
          isQueued
              ? "waits for the cluster's queue (Kueue)"
              : "its Job is suspended, and not by this service; `kubectl patch job %s -p '{\"spec\":{\"suspend\":false}}'` lets it go on"
                  .formatted(job.getMetadata().getName()));
    }
    List<Pod> pods = cluster.podsOf(uid);
    return pods.isEmpty() ? Optional.of(withoutPod()) : waitsFor(pods.getFirst());
  }

  private String stopping() {
    return cluster.podsOf(uid).stream()
        .filter(pod -> !PodWords.hasEnded(pod))
        .findFirst()
        .map(pod -> "is being stopped: " + ending(pod))
        .orElse("is being stopped");
  }

  private static String ending(Pod pod) {
    return "pod %s ends on node %s"
        .formatted(pod.getMetadata().getName(), pod.getSpec().getNodeName());
  }

  private String withoutPod() {
    return cluster
        .lastWarning(uid, "FailedCreate")
        .map(RunWords::refused)
        .orElse("waits for Kubernetes to make its pod");
  }

  private static String refused(Event event) {
    String message = String.valueOf(event.getMessage());
    return message.contains("exceeded quota")
        ? "waits for room in the namespace's quota: " + message
        : "Kubernetes cannot make its pod: " + message;
  }

  private Optional<String> waitsFor(Pod newest) {
    if (PodWords.hasSucceeded(newest)) {
      return Optional.empty();
    }
    if (PodWords.hasEnded(newest)) {
      return Optional.of("waits for Kubernetes to start it again");
    }
    if (PodWords.isBeingDeleted(newest)) {
      return Optional.of(
          "waits until " + ending(newest) + "; there are never two, so the next one starts then");
    }
    String trouble =
        cluster
            .lastWarning(newest.getMetadata().getUid(), "Failed")
            .map(event -> "%s (%s)".formatted(event.getMessage(), event.getReason()))
            .orElse(null);
    return PodWords.waiting(newest, trouble);
  }

  /// Why the Job was given up.
  String died(JobCondition failed) {
    String pods =
        cluster.podsOf(uid).stream()
            .flatMap(pod -> PodWords.misfortune(pod).stream())
            .findFirst()
            .map(words -> ", at last because " + words)
            .orElse("");
    return "Kubernetes gave the run up (%s: %s)%s"
        .formatted(failed.getReason(), failed.getMessage(), pods);
  }
}
