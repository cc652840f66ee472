package dev.cft.trainer.kubernetes;

import static dev.cft.trainer.kubernetes.TestNamespace.settings;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.cft.trainer.KubernetesSettings;
import dev.cft.trainer.launching.LaunchOrder;
import dev.cft.trainer.launching.NodeState;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.api.model.ResourceQuotaBuilder;
import io.fabric8.kubernetes.api.model.scheduling.v1.PriorityClassBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Runs as Jobs of a real API server, scheduler and Job controller, on simulated nodes with 8 GPUs.
class KubernetesLauncherTest {
  private static final Map<String, String> SHORT = Map.of("cft.lab/runs-for", "1s");
  private static final Map<String, String> LONG = Map.of("cft.lab/runs-for", "1h");

  @TempDir static Path runs;
  private static TestNamespace namespace;
  private static Cluster cluster;

  @BeforeAll
  static void connect() {
    namespace = TestNamespace.create();
    cluster = namespace.cluster();
  }

  @AfterAll
  static void disconnect() {
    if (namespace != null) {
      cluster.close();
      cluster.client().close();
      namespace.close();
    }
  }

  private static ClusterRun run(KubernetesSettings settings) {
    return new ClusterRun(namespace, cluster, runs, settings);
  }

  @Test
  void a_pod_that_ends_well_is_done_and_told_where_it_ran() throws Exception {
    var run = run(settings(0, SHORT)).start();

    run.until("runs on node");
    assertThat(run.end()).isZero();

    assertThat(run.news).anyMatch(words -> words.matches("Pod .* runs on node .+"));
    assertThat(run.process.where())
        .isEqualTo("Job %s in namespace %s".formatted(run.id.value(), namespace.name));
    assertThat(run.pods()).hasSize(1);
  }

  @Test
  void words_of_the_api_server_are_not_taken_for_the_pod_s_log() throws Exception {
    var run = run(settings(0, SHORT)).start();

    assertThat(run.end()).isZero();

    assertThat(run.news).noneMatch(words -> words.contains("known addresses"));
  }

  @Test
  void bad_input_is_not_tried_again() throws Exception {
    var run = run(settings(3, Map.of("cft.lab/exit-code", "42"))).start();

    assertThat(run.end()).isEqualTo(42);

    assertThat(run.pods()).hasSize(1);
    assertThat(run.process.causeOfDeath().orElseThrow())
        .contains("PodFailurePolicy", "exit code 42");
  }

  @Test
  void memory_that_ran_out_is_told_and_tried_again_by_kubernetes() throws Exception {
    var annotations = Map.of("cft.lab/exit-code", "137", "cft.lab/reason", "OOMKilled");
    var run = run(settings(1, annotations)).start();

    assertThat(run.end()).isEqualTo(137);

    assertThat(run.pods()).hasSize(2);
    assertThat(run.news)
        .anyMatch(words -> words.contains("its memory ran out (OOMKilled, limit 800Gi)"));
    assertThat(run.process.causeOfDeath().orElseThrow())
        .contains("BackoffLimitExceeded", "OOMKilled");
  }

  @Test
  void what_no_node_takes_waits_with_the_scheduler_s_reason() throws Exception {
    var elsewhere =
        withNode(settings(0, SHORT), TestNamespace.node(Map.of("cft.lab/there-is", "none")));
    var run = run(elsewhere).start();

    run.until("Waits for a node: 0/");

    assertThat(run.process.waitsFor().orElseThrow()).contains("Unschedulable");
    run.process.stop();
    assertThat(run.end()).isEqualTo(75);
  }

  @Test
  void a_quota_that_is_used_up_is_told() throws Exception {
    try (TestNamespace small = TestNamespace.create();
        Cluster there = small.cluster()) {
      small
          .admin
          .resource(
              new ResourceQuotaBuilder()
                  .withNewMetadata()
                  .withName("gpus")
                  .endMetadata()
                  .withNewSpec()
                  .addToHard("requests.nvidia.com/gpu", new Quantity("4"))
                  .endSpec()
                  .build())
          .inNamespace(small.name)
          .create();
      var launcher = new KubernetesLauncher(settings(0, SHORT), there);
      var run = run(settings(0, SHORT));
      run.process =
          launcher.start(new LaunchOrder(run.id, 8, 0, "dev.cft.lm.cli.Train", null, run.folder));

      run.until("Waits for room in the namespace's quota");

      assertThat(run.process.waitsFor().orElseThrow())
          .contains("exceeded quota: gpus, requested: requests.nvidia.com/gpu=8");
      run.process.kill();
    }
  }

  @Test
  void an_evicted_pod_is_replaced_and_costs_no_try() throws Exception {
    var run = run(settings(0, LONG)).start().until("runs on node");
    String first = run.pods().getFirst().getMetadata().getName();

    namespace.admin.pods().inNamespace(namespace.name).withName(first).evict();

    run.until("EvictionByEvictionAPI");
    namespace.runningPod(run.id.value());
    assertThat(RunObject.of(run.job()).failed()).isEmpty();
    run.process.kill();
  }

  @Test
  void a_run_whose_node_is_lost_goes_on_on_another() throws Exception {
    var run = run(settings(0, LONG)).start().until("runs on node");
    String lost = run.pods().getFirst().getSpec().getNodeName();
    namespace
        .admin
        .nodes()
        .withName(lost)
        .edit(node ->
            node.edit()
                .editSpec()
                .addNewTaint("NoExecute", "node.kubernetes.io/out-of-service", null, "shutdown")
                .endSpec()
                .build());
    try {
      run.until("its node %s was lost".formatted(lost));

      // The old pod may still be there.
      Pod next =
          namespace.runningPod(run.id.value(), pod -> !lost.equals(pod.getSpec().getNodeName()));
      run.until("runs on node " + next.getSpec().getNodeName());
    } finally {
      namespace
          .admin
          .nodes()
          .withName(lost)
          .edit(node ->
              node.edit()
                  .editSpec()
                  .removeMatchingFromTaints(taint -> taint.getEffect().equals("NoExecute"))
                  .endSpec()
                  .build());
      run.process.kill();
    }
  }

  @Test
  void pausing_suspends_the_job_and_resuming_goes_on_with_it() throws Exception {
    var run = run(settings(0, LONG)).start().until("runs on node");
    String uid = run.job().getMetadata().getUid();
    String first = run.pods().getFirst().getMetadata().getName();

    run.process.stop();
    assertThat(run.end()).isEqualTo(75);
    run.process.close();

    assertThat(run.job().getSpec().getSuspend()).isTrue();
    assertThat(run.launcher.isUnderway(run.id, run.folder)).isFalse();
    run.start();
    String second = namespace.runningPod(run.id.value()).getMetadata().getName();
    assertThat(second).isNotEqualTo(first);
    assertThat(run.job().getMetadata().getUid()).isEqualTo(uid);
    run.process.kill();
  }

  @Test
  void a_run_that_goes_on_or_has_ended_is_joined_and_never_begun_a_second_time() throws Exception {
    var run = run(settings(0, SHORT)).start();
    String uid = run.job().getMetadata().getUid();
    run.process.leave();
    run.process.close();
    assertThat(run.launcher.isUnderway(run.id, run.folder)).isTrue();

    run.start();
    assertThat(run.end()).isZero();
    run.process.close();
    assertThat(run.launcher.isUnderway(run.id, run.folder)).isTrue();
    run.start();

    assertThat(run.end()).isZero();
    assertThat(run.job().getMetadata().getUid()).isEqualTo(uid);
    assertThat(run.pods()).hasSize(1);
  }

  @Test
  void a_failed_run_is_begun_anew_once_its_failure_was_seen() throws Exception {
    var run = run(settings(0, Map.of("cft.lab/exit-code", "1"))).start();
    String uid = run.job().getMetadata().getUid();
    assertThat(run.end()).isEqualTo(1);
    assertThat(run.launcher.isUnderway(run.id, run.folder)).isTrue();
    run.process.close();

    assertThat(run.launcher.isUnderway(run.id, run.folder)).isFalse();
    run.start();

    assertThat(run.job().getMetadata().getUid()).isNotEqualTo(uid);
    run.process.kill();
  }

  @Test
  void a_pod_of_higher_priority_takes_the_place_of_a_lower_one_which_goes_on_later()
      throws Exception {
    String low = priorityClass("low", 1000);
    String high = priorityClass("high", 2000);
    String node =
        namespace
            .admin
            .nodes()
            .withLabel("type", "kwok")
            .list()
            .getItems()
            .getLast()
            .getMetadata()
            .getLabels()
            .get("kubernetes.io/hostname");
    KubernetesSettings oneNode =
        withNode(settings(0, LONG), TestNamespace.node(Map.of("kubernetes.io/hostname", node)));
    var usual = run(withClasses(oneNode, Map.of(-1000, low, 10, high)));
    usual.start().until("runs on node");
    var urgent =
        run(
            withNode(
                withClasses(settings(0, SHORT), Map.of(-1000, low, 10, high)),
                TestNamespace.node(Map.of("kubernetes.io/hostname", node))));
    urgent.priority = 10;

    urgent.start();

    usual.until("it made room for a pod of higher priority");
    assertThat(urgent.end()).isZero();
    namespace.runningPod(usual.id.value());
    assertThat(RunObject.of(usual.job()).failed()).isEmpty();
    usual.process.kill();
  }

  @Test
  void nodes_are_told_with_what_runs_on_them() throws Exception {
    var run = run(settings(0, LONG));
    run.gpus = 3;
    run.start().until("runs on node");

    List<NodeState> nodes = run.launcher.nodes();

    assertThat(nodes)
        .filteredOn(node -> node.running().stream().anyMatch(each -> each.job().equals(run.id)))
        .singleElement()
        .satisfies(node -> {
          assertThat(node.slots()).isEqualTo(8);
          assertThat(node.freeSlots()).isLessThanOrEqualTo(5);
          assertThat(node.device()).isEqualTo("NVIDIA-H100-80GB-HBM3");
          assertThat(node.condition()).isEqualTo("ready");
        });
    run.process.kill();
  }

  @Test
  void the_service_account_may_do_nothing_else() {
    KubernetesClient trainer = cluster.client();

    assertThatThrownBy(() -> trainer.secrets().inNamespace(namespace.name).list())
        .isInstanceOf(KubernetesClientException.class)
        .hasMessageContaining("forbidden");
    assertThatThrownBy(() -> trainer.batch().v1().jobs().inNamespace("default").list())
        .isInstanceOf(KubernetesClientException.class)
        .hasMessageContaining("forbidden");
    assertThatThrownBy(() ->
            trainer.pods().inNamespace(namespace.name).withName("x").withGracePeriod(0).delete())
        .isInstanceOf(KubernetesClientException.class)
        .hasMessageContaining("forbidden");
  }

  private static String priorityClass(String name, int value) {
    String full = namespace.name + "-" + name;
    namespace
        .admin
        .resource(
            new PriorityClassBuilder()
                .withNewMetadata()
                .withName(full)
                .endMetadata()
                .withValue(value)
                .build())
        .create();
    return full;
  }

  static KubernetesSettings withNode(KubernetesSettings old, KubernetesSettings.Node node) {
    return new KubernetesSettings(
        null,
        null,
        old.gpus(),
        node,
        old.pod(),
        null,
        null,
        old.priorityClasses(),
        old.retries(),
        old.keepFinished());
  }

  private static KubernetesSettings withClasses(
      KubernetesSettings old, Map<Integer, String> classes) {
    return new KubernetesSettings(
        null,
        null,
        old.gpus(),
        old.node(),
        old.pod(),
        null,
        null,
        new TreeMap<>(classes),
        old.retries(),
        old.keepFinished());
  }
}
