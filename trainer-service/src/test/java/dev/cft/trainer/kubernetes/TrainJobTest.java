package dev.cft.trainer.kubernetes;

import static dev.cft.trainer.testing.Rows.questions;
import static org.assertj.core.api.Assertions.assertThat;

import dev.cft.store.jobs.JobId;
import dev.cft.store.jobs.Jobs;
import dev.cft.trainer.KubernetesSettings;
import dev.cft.trainer.testing.TestService;
import dev.cft.trainer.testing.TestService.Shared;
import dev.cft.trainer.testing.TinyCheckpoint;
import io.fabric8.kubernetes.api.model.EnvVar;
import io.fabric8.kubernetes.api.model.Pod;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Runs over two simulated nodes, as TrainJobs of the real controllers of Kubeflow Trainer and
/// JobSet, by the chart's TrainingRuntime.
class TrainJobTest {
  private static final Map<String, String> SHORT = Map.of("cft.lab/runs-for", "1s");
  private static final Map<String, String> LONG = Map.of("cft.lab/runs-for", "1h");

  /// How long a TrainJob that has ended is kept.
  private static final Duration KEPT = Duration.ofHours(1);

  @TempDir static Path runs;
  private static TestNamespace namespace;
  private static Cluster cluster;

  @BeforeAll
  static void connect() {
    namespace =
        TestNamespace.create(
            Map.of(TestNamespace.SEVERAL_NODES, "true", "trainer.jobs.retries", "1"));
    cluster = namespace.cluster();
  }

  @AfterAll
  static void disconnect() {
    if (cluster != null) {
      cluster.close();
      cluster.client().close();
    }
    if (namespace != null) {
      namespace.close();
    }
  }

  private static ClusterRun run(Map<String, String> annotations) {
    return run(TestNamespace.node(Map.of()), annotations);
  }

  private static ClusterRun run(KubernetesSettings.Node node, Map<String, String> annotations) {
    return overTwoNodes(new ClusterRun(namespace, cluster, runs, settings(node, annotations)));
  }

  private static ClusterRun overTwoNodes(ClusterRun run) {
    run.gpus = 16;
    return run;
  }

  private static KubernetesSettings settings(
      KubernetesSettings.Node node, Map<String, String> annotations) {
    return new KubernetesSettings(
        null,
        null,
        64,
        node,
        TestNamespace.pod(annotations),
        null,
        TestNamespace.RUNTIME,
        new TreeMap<>(),
        1,
        KEPT);
  }

  @Test
  void two_nodes_are_a_TrainJob_with_a_pod_on_each_that_knows_its_place() throws Exception {
    var run = run(SHORT).start().until("runs on node");

    assertThat(run.end()).isZero();

    assertThat(run.process.where())
        .isEqualTo("TrainJob %s in namespace %s".formatted(run.id.value(), namespace.name));
    assertThat(run.pods()).hasSize(2);
    assertThat(environment(run.pods().getFirst()))
        .containsEntry("PET_NNODES", "2")
        .containsEntry("PET_NPROC_PER_NODE", "8")
        .containsEntry("PET_MASTER_ADDR", "%1$s-node-0-0.%1$s".formatted(run.id.value()))
        .containsEntry("HOME", "/tmp")
        .containsKey("PET_NODE_RANK");
    assertThat(run.news.stream().filter(words -> words.matches("Pod .* runs on node .+")))
        .hasSize(2);
  }

  private static Map<String, String> environment(Pod pod) {
    return pod.getSpec().getContainers().getFirst().getEnv().stream()
        .collect(Collectors.toMap(EnvVar::getName, each -> String.valueOf(each.getValue())));
  }

  @Test
  void its_pods_are_what_a_Jobs_pod_is() throws Exception {
    var run = run(LONG).start().until("-node-0-0-").until("-node-0-1-");

    var pod = run.pods().getFirst().getSpec();
    assertThat(run.pods()).extracting(each -> each.getSpec().getNodeName()).doesNotHaveDuplicates();

    assertThat(pod.getAutomountServiceAccountToken()).isFalse();
    assertThat(pod.getSecurityContext().getRunAsUser()).isEqualTo(10001);
    assertThat(pod.getContainers().getFirst().getSecurityContext().getReadOnlyRootFilesystem())
        .isTrue();
    assertThat(pod.getContainers().getFirst().getResources().getLimits().get("nvidia.com/gpu"))
        .hasToString("8");
    assertThat(pod.getNodeSelector())
        .containsEntry("nvidia.com/gpu.product", "NVIDIA-H100-80GB-HBM3");
    assertThat(pod.getVolumes()).extracting(volume -> volume.getName()).contains("shm", "tmp");
    assertThat(pod.getTerminationGracePeriodSeconds()).isEqualTo(30);
    run.process.kill();
  }

  @Test
  void pausing_suspends_it_and_resuming_goes_on_with_it() throws Exception {
    var run = run(LONG).start().until("runs on node");
    String uid = run.object().uid();

    run.process.stop();
    assertThat(run.end()).isEqualTo(75);
    run.process.close();

    assertThat(run.object().isSuspended()).isTrue();
    assertThat(run.launcher.isUnderway(run.id, run.folder)).isFalse();
    run.news.clear();
    run.start().until("runs on node");
    assertThat(run.object().uid()).isEqualTo(uid);
    run.process.kill();
  }

  @Test
  void bad_input_is_not_tried_again() throws Exception {
    var run = run(Map.of("cft.lab/exit-code", "42")).start();

    assertThat(run.end()).isEqualTo(42);

    assertThat(run.process.causeOfDeath().orElseThrow()).contains("Kubernetes gave the run up");
    assertThat(run.news.stream().filter(words -> words.contains("exit code 42")))
        .hasSizeBetween(1, 2);
  }

  @Test
  void a_node_that_fails_has_all_started_again_as_often_as_the_chart_says() throws Exception {
    var run = run(Map.of("cft.lab/exit-code", "1")).start();

    assertThat(run.end()).isEqualTo(1);

    assertThat(run.news.stream().filter(words -> words.contains("exit code 1 (Error)")))
        .hasSizeBetween(2, 4);
  }

  @Test
  void an_evicted_pod_costs_no_try_and_all_go_on() throws Exception {
    var run = run(LONG).start().until("runs on node");
    var first = run.pods();

    namespace
        .admin
        .pods()
        .inNamespace(namespace.name)
        .withName(first.getFirst().getMetadata().getName())
        .evict();

    run.until("EvictionByEvictionAPI");
    for (Pod old : first) {
      namespace.awaitGone(old);
    }
    run.news.clear();
    run.until("runs on node");
    assertThat(run.object().failed()).isEmpty();
    run.process.kill();
  }

  @Test
  void one_that_goes_on_is_joined_and_a_cancelled_one_leaves_nothing() throws Exception {
    var run = run(LONG).start().until("runs on node");
    String uid = run.object().uid();
    run.process.leave();
    run.process.close();
    assertThat(run.launcher.isUnderway(run.id, run.folder)).isTrue();

    run.start();
    assertThat(run.object().uid()).isEqualTo(uid);
    run.launcher.forget(run.id);

    assertThat(run.end()).isEqualTo(143);
    assertThat(run.process.causeOfDeath()).hasValue("its TrainJob was deleted from the cluster");
    assertThat(run.pods()).isEmpty();
  }

  @Test
  void one_that_has_ended_is_kept_for_a_while_and_then_deleted() throws Exception {
    TinyCheckpoint.write(runs.resolve("bases/tiny"));
    try (var service = TestService.start(Shared.in(runs))) {
      service.stopWorker();
      var id = new JobId(submitted(service));
      var settings = settings(TestNamespace.node(Map.of()), SHORT);
      var run = overTwoNodes(new ClusterRun(namespace, cluster, runs, settings, id)).start();
      assertThat(run.end()).isZero();
      service.post("/fine_tuning/jobs/" + id.value() + "/cancel", "");
      Jobs jobs = service.bean(Jobs.class);
      Instant ended = jobs.find(id).orElseThrow().updatedAt();

      lookAfter(run, jobs, ended.plus(KEPT));
      assertThat(run.object().isComplete()).isTrue();
      assertThat(run.object().isBeingDeleted()).isFalse();
      lookAfter(run, jobs, ended.plus(KEPT).plusMillis(1));

      service.await(id.value(), _ -> cluster.run(RunObject.Kind.TRAIN_JOB, id.value()).isEmpty());
      assertThat(run.pods()).isEmpty();
    }
  }

  private static String submitted(TestService service) {
    return service.createJob(
        """
        {"model": "tiny", "training_file": "%s", "method": {"type": "supervised"}}\
        """
            .formatted(service.upload(questions(8))));
  }

  private static void lookAfter(ClusterRun run, Jobs jobs, Instant now) {
    new Reconciliation(run.launcher, cluster, jobs, () -> now).reconcile();
  }

  @Test
  void what_no_nodes_take_waits_with_the_scheduler_s_reason() throws Exception {
    var run = run(TestNamespace.node(Map.of("cft.lab/there-is", "none")), LONG).start();

    run.until("Waits for a node: 0/");

    run.process.kill();
  }

  @Test
  void gpus_that_are_no_whole_nodes_are_refused() {
    var run = run(LONG);

    assertThat(run.launcher.mostSlots()).isEqualTo(64);
    assertThat(run.launcher.refusal(16)).isEmpty();
    assertThat(run.launcher.refusal(5)).isEmpty();
    assertThat(run.launcher.refusal(12))
        .hasValue(
            "gpus was 12; more than the 8 of one node are taken as whole nodes: a multiple of 8");
  }
}
