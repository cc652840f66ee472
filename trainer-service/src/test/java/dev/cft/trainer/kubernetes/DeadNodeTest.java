package dev.cft.trainer.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cft.trainer.KubernetesSettings;
import io.fabric8.kubernetes.api.model.ContainerStateBuilder;
import io.fabric8.kubernetes.api.model.ContainerStatusBuilder;
import io.fabric8.kubernetes.api.model.EventBuilder;
import io.fabric8.kubernetes.api.model.MicroTime;
import io.fabric8.kubernetes.api.model.NodeBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.Quantity;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.util.unit.DataSize;

/// Pods on a node where nothing runs: what its kubelet would say, the tests say.
class DeadNodeTest {
  @TempDir static Path runs;
  private static TestNamespace namespace;
  private static Cluster cluster;
  private static String node;
  private ClusterRun run;

  @BeforeAll
  static void make_a_node() {
    namespace = TestNamespace.create();
    cluster = namespace.cluster();
    node = namespace.name + "-node";
    Map<String, Quantity> size =
        Map.of(
            "cpu", new Quantity("96"),
            "memory", new Quantity("1000Gi"),
            "pods", new Quantity("10"),
            "nvidia.com/gpu", new Quantity("8"));
    namespace
        .admin
        .resource(
            new NodeBuilder()
                .withNewMetadata()
                .withName(node)
                .addToLabels("kubernetes.io/hostname", node)
                .endMetadata()
                .withNewStatus()
                .withAllocatable(size)
                .withCapacity(size)
                .addNewCondition()
                .withType("Ready")
                .withStatus("True")
                .withLastHeartbeatTime(Instant.now().toString())
                .endCondition()
                .endStatus()
                .build())
        .create();
  }

  @AfterAll
  static void take_it_away() {
    if (namespace != null) {
      cluster.close();
      cluster.client().close();
      namespace.admin.nodes().withName(node).delete();
      namespace.close();
    }
  }

  @BeforeEach
  void start_a_run_there() throws InterruptedException {
    KubernetesSettings usual = TestNamespace.settings(0, Map.of());
    var there =
        new KubernetesSettings.Node(
            8,
            DataSize.ofGigabytes(79),
            "nvidia.com/gpu",
            "",
            Map.of("kubernetes.io/hostname", node),
            List.of("node.kubernetes.io/unreachable", "node.kubernetes.io/not-ready"));
    run =
        new ClusterRun(namespace, cluster, runs, KubernetesLauncherTest.withNode(usual, there))
            .start();
    run.until("Is being started on node " + node);
  }

  @AfterEach
  void end_it() {
    run.process.kill();
    namespace.admin.pods().inNamespace(namespace.name).withGracePeriod(0).delete();
  }

  @Test
  void an_image_that_cannot_be_pulled_is_told() throws Exception {
    waiting("ImagePullBackOff", "Back-off pulling image");

    run.until(
        "Node %s cannot pull the image example.com/cft/trainer:test (ImagePullBackOff: Back-off"
                .formatted(node)
            + " pulling image)");
  }

  @Test
  void a_container_that_cannot_be_made_is_told() throws Exception {
    waiting("CreateContainerConfigError", "secret \"hub-token\" not found");

    run.until(
        "Node %s cannot start the container (CreateContainerConfigError: secret \"hub-token\""
                .formatted(node)
            + " not found)");
  }

  @Test
  void a_volume_that_cannot_be_mounted_is_told() throws Exception {
    Pod pod = pod();
    namespace
        .admin
        .resource(
            new EventBuilder()
                .withNewMetadata()
                .withName(pod.getMetadata().getName())
                .endMetadata()
                .withNewInvolvedObject()
                .withKind("Pod")
                .withNamespace(namespace.name)
                .withName(pod.getMetadata().getName())
                .withUid(pod.getMetadata().getUid())
                .endInvolvedObject()
                .withType("Warning")
                .withReason("FailedMount")
                .withMessage("volume \"data-0\" timed out")
                .withEventTime(new MicroTime("2026-01-01T00:00:00.000000Z"))
                .withAction("Mount")
                .withReportingComponent("kubelet")
                .withReportingInstance(node)
                .build())
        .inNamespace(namespace.name)
        .create();

    run.until(
        "Node %s has not started the container: volume \"data-0\" timed out (FailedMount)"
            .formatted(node));
  }

  @Test
  void a_pod_on_a_node_that_does_not_answer_is_waited_for_and_has_no_second_beside_it()
      throws Exception {
    report(new ContainerStateBuilder().withNewRunning().endRunning().build(), "Running");
    run.until("runs on node " + node);

    namespace
        .admin
        .pods()
        .inNamespace(namespace.name)
        .withName(pod().getMetadata().getName())
        .evict();
    run.until("EvictionByEvictionAPI");
    run.until("; there are never two, so the next one starts then");

    assertThat(run.pods()).hasSize(1);
    assertThat(run.process.waitsFor().orElseThrow())
        .startsWith("waits until pod %s-".formatted(run.id.value()))
        .contains("ends on node " + node);
  }

  private void waiting(String reason, String message) {
    report(
        new ContainerStateBuilder()
            .withNewWaiting()
            .withReason(reason)
            .withMessage(message)
            .endWaiting()
            .build(),
        "Pending");
  }

  private void report(io.fabric8.kubernetes.api.model.ContainerState state, String phase) {
    namespace
        .admin
        .resource(
            new PodBuilder(pod())
                .editStatus()
                .withPhase(phase)
                .withContainerStatuses(
                    new ContainerStatusBuilder()
                        .withName(JobManifest.CONTAINER)
                        .withImage("example.com/cft/trainer:test")
                        .withImageID("")
                        .withReady(false)
                        .withRestartCount(0)
                        .withState(state)
                        .build())
                .endStatus()
                .build())
        .inNamespace(namespace.name)
        .patchStatus();
  }

  private Pod pod() {
    return namespace
        .admin
        .pods()
        .inNamespace(namespace.name)
        .withLabel(JobManifest.JOB_ID, run.id.value())
        .waitUntilCondition(
            pod -> pod != null && pod.getSpec().getNodeName() != null, 1, TimeUnit.MINUTES);
  }
}
