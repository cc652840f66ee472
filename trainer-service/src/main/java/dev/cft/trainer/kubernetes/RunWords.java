package dev.cft.trainer.kubernetes;

import io.fabric8.kubernetes.api.model.Event;
import io.fabric8.kubernetes.api.model.Pod;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/// What becomes of a run, in words: why it waits, what happened to its pods, what it died of.
record RunWords(Cluster cluster) {
  /// Why it does not train; empty where it does, or has.
  Optional<String> waitsFor(RunObject run, boolean isStopping) {
    if (isStopping) {
      return Optional.of(stopping(run));
    }
    if (run.isSuspended()) {
      return Optional.of(
          cluster.queue().map(queue -> queue.waitsFor(run.uid())).orElseGet(() -> suspended(run)));
    }
    List<Pod> pods = cluster.podsOf(run);
    if (pods.isEmpty()) {
      return Optional.of(withoutPod(run));
    }
    List<Pod> live = pods.stream().filter(pod -> !PodWords.hasEnded(pod)).toList();
    return live.isEmpty()
        ? waitsFor(pods.getFirst())
        : live.stream().flatMap(pod -> waitsFor(pod).stream()).findFirst();
  }

  private static String suspended(RunObject run) {
    return "its %s is suspended, and not by this service; `kubectl patch %s %s --type merge -p '{\"spec\":{\"suspend\":false}}'` lets it go on"
        .formatted(run.kind().words(), run.kind().words().toLowerCase(Locale.ROOT), run.name());
  }

  private String stopping(RunObject run) {
    return cluster.podsOf(run).stream()
        .filter(pod -> !PodWords.hasEnded(pod))
        .findFirst()
        .map(pod -> "is being stopped: " + ending(pod))
        .orElse("is being stopped");
  }

  private static String ending(Pod pod) {
    return "pod %s ends on node %s"
        .formatted(pod.getMetadata().getName(), pod.getSpec().getNodeName());
  }

  private String withoutPod(RunObject run) {
    return cluster
        .lastWarning(run, "FailedCreate")
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
  String died(RunObject run, Condition failed) {
    String pods =
        cluster.podsOf(run).stream()
            .flatMap(pod -> PodWords.misfortune(pod).stream())
            .findFirst()
            .map(words -> ", at last because " + words)
            .orElse("");
    return "Kubernetes gave the run up (%s: %s)%s"
        .formatted(failed.reason(), failed.message(), pods);
  }
}
