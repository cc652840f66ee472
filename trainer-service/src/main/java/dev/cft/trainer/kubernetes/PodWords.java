package dev.cft.trainer.kubernetes;

import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.ContainerState;
import io.fabric8.kubernetes.api.model.ContainerStateTerminated;
import io.fabric8.kubernetes.api.model.ContainerStateWaiting;
import io.fabric8.kubernetes.api.model.ContainerStatus;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodCondition;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// A pod's state in words that a user understands, with Kubernetes' own beside them.
final class PodWords {
  private static final Set<String> UNPULLABLE =
      Set.of("ImagePullBackOff", "ErrImagePull", "InvalidImageName", "ErrImageNeverPull");

  private static final Set<String> USUAL = Set.of("ContainerCreating", "PodInitializing");

  /// The run folder's contract.
  private static final int STOPPED = 75;

  private PodWords() {}

  static boolean isRunning(Pod pod) {
    return "Running".equals(pod.getStatus().getPhase()) && !isBeingDeleted(pod);
  }

  static boolean isBeingDeleted(Pod pod) {
    return pod.getMetadata().getDeletionTimestamp() != null;
  }

  static boolean hasSucceeded(Pod pod) {
    return "Succeeded".equals(pod.getStatus().getPhase());
  }

  static boolean hasEnded(Pod pod) {
    return hasSucceeded(pod) || "Failed".equals(pod.getStatus().getPhase());
  }

  /// Whether there is a log to read.
  static boolean hasStarted(Pod pod) {
    ContainerState state = state(pod);
    return state != null && (state.getRunning() != null || state.getTerminated() != null);
  }

  /// Why a pod does not run yet; empty where it does, or did.
  ///
  /// @param trouble what the node warned of last about it
  static Optional<String> waiting(Pod pod, @Nullable String trouble) {
    if (!"Pending".equals(pod.getStatus().getPhase())) {
      return Optional.empty();
    }
    String node = pod.getSpec().getNodeName();
    return Optional.of(node == null ? unscheduled(pod) : starting(pod, node, trouble));
  }

  private static String unscheduled(Pod pod) {
    PodCondition scheduled = condition(pod, "PodScheduled");
    return scheduled != null && "False".equals(scheduled.getStatus())
        ? "waits for a node: %s (%s)".formatted(scheduled.getMessage(), scheduled.getReason())
        : "waits for the cluster's scheduler";
  }

  private static String starting(Pod pod, String node, @Nullable String trouble) {
    ContainerState state = state(pod);
    ContainerStateWaiting waiting = state == null ? null : state.getWaiting();
    String reason = waiting == null ? "" : String.valueOf(waiting.getReason());
    if (waiting == null || USUAL.contains(reason)) {
      return trouble == null
          ? "is being started on node " + node
          : "node %s has not started the container: %s".formatted(node, trouble);
    }
    String detail =
        waiting.getMessage() == null ? reason : "%s: %s".formatted(reason, waiting.getMessage());
    return UNPULLABLE.contains(reason)
        ? "node %s cannot pull the image %s (%s)".formatted(node, image(pod), detail)
        : "node %s cannot start the container (%s)".formatted(node, detail);
  }

  /// What ended or ends a pod before its time; empty where nothing did.
  static Optional<String> misfortune(Pod pod) {
    PodCondition disruption = condition(pod, "DisruptionTarget");
    if (disruption != null && "True".equals(disruption.getStatus())) {
      return Optional.of(disrupted(pod, disruption));
    }
    if ("Evicted".equals(pod.getStatus().getReason())) {
      return Optional.of(
          "its node %s evicted it: %s".formatted(node(pod), pod.getStatus().getMessage()));
    }
    if ("NodeLost".equals(pod.getStatus().getReason())) {
      return Optional.of("its node %s was lost".formatted(node(pod)));
    }
    return "Failed".equals(pod.getStatus().getPhase())
        ? Optional.of(failed(pod))
        : Optional.empty();
  }

  private static String disrupted(Pod pod, PodCondition disruption) {
    String what =
        switch (String.valueOf(disruption.getReason())) {
          case "PreemptionByScheduler" -> "it made room for a pod of higher priority on node %s";
          case "DeletionByTaintManager" -> "its node %s was lost or is not to be used";
          case "EvictionByEvictionAPI" -> "it was evicted: node %s is being emptied";
          case "DeletionByPodGC" -> "its node %s is gone";
          case "TerminationByKubelet" -> "its node %s evicted it";
          default -> "it was disrupted on node %s";
        };
    return "%s (%s: %s)"
        .formatted(what.formatted(node(pod)), disruption.getReason(), disruption.getMessage());
  }

  private static String failed(Pod pod) {
    ContainerStateTerminated end = terminated(pod);
    if (end == null) {
      return "it failed: %s %s"
          .formatted(pod.getStatus().getReason(), pod.getStatus().getMessage());
    }
    if ("OOMKilled".equals(end.getReason())) {
      return ("its memory ran out (OOMKilled, limit %s): raise"
              + " cft.trainer.kubernetes.pod.memory-per-gpu, or lower micro_batch_size")
          .formatted(memoryLimit(pod));
    }
    if (end.getExitCode() == STOPPED) {
      return "it wrote a checkpoint and ended, as it was told to";
    }
    return "it ended with exit code %d (%s)".formatted(end.getExitCode(), end.getReason());
  }

  /// The name of the container that trains.
  static String container(Pod pod) {
    return pod.getSpec().getContainers().stream()
        .map(Container::getName)
        .filter(JobManifest::isTrainer)
        .findFirst()
        .orElse(JobManifest.CONTAINER);
  }

  /// How the trainer's container ended, once it has.
  static @Nullable ContainerStateTerminated terminated(Pod pod) {
    ContainerState state = state(pod);
    return state == null ? null : state.getTerminated();
  }

  private static @Nullable ContainerState state(Pod pod) {
    return pod.getStatus().getContainerStatuses().stream()
        .filter(status -> JobManifest.isTrainer(status.getName()))
        .map(ContainerStatus::getState)
        .findFirst()
        .orElse(null);
  }

  private static @Nullable PodCondition condition(Pod pod, String type) {
    return pod.getStatus().getConditions().stream()
        .filter(condition -> condition.getType().equals(type))
        .findFirst()
        .orElse(null);
  }

  private static String node(Pod pod) {
    return String.valueOf(pod.getSpec().getNodeName());
  }

  private static String image(Pod pod) {
    return pod.getSpec().getContainers().getFirst().getImage();
  }

  private static String memoryLimit(Pod pod) {
    return String.valueOf(
        pod.getSpec().getContainers().getFirst().getResources().getLimits().get("memory"));
  }
}
