package dev.cft.trainer.kubernetes;

import dev.cft.store.jobs.JobId;
import dev.cft.trainer.KubernetesSettings;
import dev.cft.trainer.launching.NodeState;
import dev.cft.trainer.launching.NodeState.Running;
import dev.cft.trainer.launching.PlaceUnavailableException;
import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.net.HttpURLConnection;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/// The cluster's nodes with GPUs, and our pods on them.
record ClusterNodes(KubernetesSettings settings, Cluster cluster) {
  private static final String PRODUCT = "nvidia.com/gpu.product";

  List<NodeState> list() {
    Map<String, List<Pod>> running =
        cluster.pods().stream()
            .filter(pod -> pod.getSpec().getNodeName() != null && !PodWords.hasEnded(pod))
            .collect(Collectors.groupingBy(pod -> pod.getSpec().getNodeName()));
    try {
      return cluster.client().nodes().list().getItems().stream()
          .filter(node -> gpus(node) > 0)
          .map(node -> state(node, running.getOrDefault(node.getMetadata().getName(), List.of())))
          .sorted(Comparator.comparing(NodeState::name))
          .toList();
    } catch (KubernetesClientException refused) {
      if (refused.getCode() != HttpURLConnection.HTTP_FORBIDDEN) {
        throw new PlaceUnavailableException(
            "the cluster's nodes cannot be read: " + ClusterJobs.words(refused), refused);
      }
      return running.entrySet().stream()
          .map(entry -> unread(entry.getKey(), entry.getValue()))
          .sorted(Comparator.comparing(NodeState::name))
          .toList();
    }
  }

  private NodeState state(Node node, List<Pod> pods) {
    Map<String, String> labels = node.getMetadata().getLabels();
    return new NodeState(
        node.getMetadata().getName(),
        "kubernetes",
        labels.getOrDefault(PRODUCT, "gpu"),
        amount(node, "cpu"),
        gpus(node),
        condition(node),
        running(pods));
  }

  /// Without the right to read nodes: what our own pods tell of them.
  private NodeState unread(String name, List<Pod> pods) {
    return new NodeState(
        name,
        "kubernetes",
        "gpu",
        0,
        settings.node().gpus(),
        "unknown: this service may not read nodes",
        running(pods));
  }

  private static String condition(Node node) {
    if (Boolean.TRUE.equals(node.getSpec().getUnschedulable())) {
      return "cordoned";
    }
    return node.getStatus().getConditions().stream()
        .filter(condition -> condition.getType().equals("Ready"))
        .filter(condition -> !"True".equals(condition.getStatus()))
        .map(condition -> "not ready: " + condition.getMessage())
        .findFirst()
        .orElse(NodeState.READY);
  }

  private List<Running> running(List<Pod> pods) {
    return pods.stream()
        .flatMap(pod ->
            Optional.ofNullable(pod.getMetadata().getLabels().get(JobManifest.JOB_ID)).stream()
                .map(id -> running(new JobId(id), pod)))
        .sorted(Comparator.comparing(Running::since))
        .toList();
  }

  private Running running(JobId job, Pod pod) {
    return new Running(
        job,
        gpus(pod),
        pod.getMetadata().getName(),
        Instant.parse(pod.getMetadata().getCreationTimestamp()));
  }

  private int gpus(Pod pod) {
    Quantity asked =
        pod.getSpec()
            .getContainers()
            .getFirst()
            .getResources()
            .getRequests()
            .get(settings.node().resource());
    return asked == null ? 0 : asked.getNumericalAmount().intValue();
  }

  private int gpus(Node node) {
    return amount(node, settings.node().resource());
  }

  private static int amount(Node node, String resource) {
    Quantity found = node.getStatus().getAllocatable().get(resource);
    return found == null ? 0 : found.getNumericalAmount().intValue();
  }
}
