package dev.cft.trainer.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.cft.trainer.KubernetesSettings;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Runs that Kueue's controllers admit, by a quota of the GPUs of two nodes.
class KueueTest {
  private static final Map<String, String> SHORT = Map.of("cft.lab/runs-for", "1s");
  private static final Map<String, String> LONG = Map.of("cft.lab/runs-for", "1h");

  @TempDir Path runs;
  private TestNamespace namespace;
  private KueueSetup kueue;
  private Cluster cluster;

  @BeforeEach
  void make_a_queue() {
    namespace = TestNamespace.create(Map.of(TestNamespace.QUEUE, KueueSetup.QUEUE));
    kueue = new KueueSetup(namespace, 16);
    cluster = namespace.cluster();
  }

  @AfterEach
  void take_it_away() {
    if (cluster != null) {
      namespace.admin.batch().v1().jobs().inNamespace(namespace.name).delete();
      kueue.close();
      cluster.close();
      cluster.client().close();
    }
    if (namespace != null) {
      namespace.close();
    }
  }

  private ClusterRun run(Map<String, String> annotations) {
    return new ClusterRun(namespace, cluster, runs, settings(kueue, null, annotations));
  }

  private static KubernetesSettings settings(
      KueueSetup kueue, @Nullable String runtime, Map<String, String> annotations) {
    return new KubernetesSettings(
        null,
        null,
        64,
        TestNamespace.node(Map.of()),
        TestNamespace.pod(annotations),
        KueueSetup.QUEUE,
        runtime,
        new TreeMap<>(Map.of(0, kueue.low, 10, kueue.high)),
        0,
        Duration.ofHours(1));
  }

  @Test
  void a_run_that_has_quota_is_admitted_and_trains() throws Exception {
    var run = run(SHORT).start().until("runs on node");

    assertThat(run.end()).isZero();

    assertThat(run.pods().getFirst().getSpec().getNodeSelector())
        .containsEntry("nvidia.com/gpu.product", "NVIDIA-H100-80GB-HBM3");
  }

  @Test
  void one_without_waits_with_the_reason_and_its_place() throws Exception {
    run(LONG).start().until("runs on node");
    run(LONG).start().until("runs on node");
    var next = run(LONG).start().until("place 1 of 1");

    var last = run(LONG).start().until("place 2 of 2");

    next.until("Waits in the cluster's queue cft-train, place 1 of 2: ");
    assertThat(next.news)
        .anyMatch(words ->
            words.contains(
                "insufficient unused quota for nvidia.com/gpu in flavor %s, 8 more needed"
                    .formatted(namespace.name)));
    assertThat(last.job().getSpec().getSuspend()).isTrue();
    assertThat(last.pods()).isEmpty();
  }

  @Test
  void a_queue_that_does_not_exist_is_told() throws Exception {
    kueue.close();
    var run = run(SHORT).start();

    run.until("is there a LocalQueue cft-train in its namespace");

    run.process.stop();
    assertThat(run.end()).isEqualTo(75);
  }

  @Test
  void a_run_of_higher_priority_takes_the_quota_of_a_lower_one_which_goes_on_later()
      throws Exception {
    var high = run(LONG);
    high.priority = 10;
    high.start().until("runs on node");
    var usual = run(LONG).start().until("runs on node");
    var urgent = run(SHORT);
    urgent.priority = 10;

    urgent.start();

    usual.until("Kueue stops it: its quota goes to a job of higher priority");
    assertThat(urgent.end()).isZero();
    namespace.runningPod(usual.id.value());
    assertThat(RunObject.of(usual.job()).failed()).isEmpty();
  }

  @Test
  void a_paused_run_leaves_the_queue_and_a_resumed_one_waits_in_it_again() throws Exception {
    run(LONG).start().until("runs on node");
    var paused = run(LONG).start().until("runs on node");
    paused.process.stop();
    assertThat(paused.end()).isEqualTo(75);
    paused.process.close();
    run(LONG).start().until("runs on node");

    paused.start().until("place 1 of 1");

    assertThat(paused.job().getSpec().getSuspend()).isTrue();
  }

  @Test
  void a_run_over_two_nodes_begins_when_there_is_quota_for_both() throws Exception {
    var both = Map.of(TestNamespace.QUEUE, KueueSetup.QUEUE, TestNamespace.SEVERAL_NODES, "true");
    try (var own = TestNamespace.create(both);
        var queue = new KueueSetup(own, 16);
        var there = own.cluster()) {
      var one = new ClusterRun(own, there, runs, settings(queue, TestNamespace.RUNTIME, LONG));
      one.start().until("runs on node");
      var two = new ClusterRun(own, there, runs, settings(queue, TestNamespace.RUNTIME, SHORT));
      two.gpus = 16;

      two.start().until("place 1 of 1");
      assertThat(two.news).anyMatch(words -> words.contains("8 more needed"));
      one.process.kill();

      assertThat(two.end()).isZero();
      assertThat(two.object().kind()).isEqualTo(RunObject.Kind.TRAIN_JOB);
      assertThat(two.pods()).hasSize(2);
    }
  }

  @Test
  void the_service_account_sees_its_own_queue_only() {
    var trainer = cluster.client();
    String queues =
        "/apis/visibility.kueue.x-k8s.io/v1beta2/namespaces/%s/localqueues/%s/pendingworkloads";

    assertThat(trainer.raw(queues.formatted(namespace.name, KueueSetup.QUEUE))).contains("items");
    assertThatThrownBy(() -> trainer.raw(queues.formatted(namespace.name, "another")))
        .isInstanceOf(KubernetesClientException.class)
        .hasMessageContaining("forbidden");
    assertThatThrownBy(() -> trainer.raw("/apis/kueue.x-k8s.io/v1beta2/clusterqueues"))
        .isInstanceOf(KubernetesClientException.class)
        .hasMessageContaining("forbidden");
  }
}
