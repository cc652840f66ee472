package dev.cft.trainer.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import com.marcnuri.helm.Helm;
import dev.cft.trainer.KubernetesSettings;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.NamespaceBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.authentication.TokenRequest;
import io.fabric8.kubernetes.api.model.authentication.TokenRequestBuilder;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.ConfigBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Predicate;
import org.springframework.util.unit.DataSize;

/// A namespace of its own on the cluster that `KUBECONFIG` names, with the chart's service account
/// for the trainer. The administrator only plays the cluster's part.
final class TestNamespace implements AutoCloseable {
  private static final AtomicInteger NEXT = new AtomicInteger();
  private static final Set<String> ACCESS =
      Set.of(
          "ServiceAccount",
          "Role",
          "RoleBinding",
          "ClusterRole",
          "ClusterRoleBinding",
          "TrainingRuntime");

  /// The chart's value that names Kueue's LocalQueue.
  static final String QUEUE = "trainer.jobs.queue";

  /// The chart's value that makes a TrainingRuntime.
  static final String SEVERAL_NODES = "trainer.jobs.severalNodes";

  static final String RUNTIME = "t-cft-trainer";

  final KubernetesClient admin;
  final String name;
  private final List<HasMetadata> access;
  private final Map<String, String> values;

  private TestNamespace(KubernetesClient admin, Map<String, String> values) {
    this.admin = admin;
    this.values = values;
    this.name =
        "cft-trainer-test-%d-%d".formatted(ProcessHandle.current().pid(), NEXT.incrementAndGet());
    this.access = access();
    admin
        .resource(new NamespaceBuilder().withNewMetadata().withName(name).endMetadata().build())
        .create();
    access.forEach(
        object -> admin.resource(object).inNamespace(name).createOr(each -> each.update()));
  }

  /// Skips the test where there is no cluster with simulated nodes.
  static TestNamespace create() {
    return create(Map.of());
  }

  /// @param values of the chart
  static TestNamespace create(Map<String, String> values) {
    assumeThat(System.getenv("KUBECONFIG"))
        .as("KUBECONFIG names no cluster to train on")
        .isNotNull();
    KubernetesClient admin = new KubernetesClientBuilder().build();
    assumeThat(admin.nodes().withLabel("type", "kwok").list().getItems())
        .as("the cluster has no simulated nodes (label type=kwok) with GPUs")
        .isNotEmpty();
    assumeThat(
            !values.containsKey(SEVERAL_NODES) || admin.hasApiGroup("trainer.kubeflow.org", true))
        .as("the cluster has no Kubeflow Trainer (trainer.kubeflow.org)")
        .isTrue();
    return new TestNamespace(admin, values);
  }

  private List<HasMetadata> access() {
    var template =
        new Helm(Path.of("..", "helm"))
            .template()
            .withName("t")
            .withNamespace(name)
            .withKubeVersion(admin.getKubernetesVersion().getGitVersion())
            .set("trainer.mayRunJobs", "true")
            .set("trainer.jobs.mayReadNodes", "true");
    values.forEach(template::set);
    String manifest = template.call();
    return admin
        .load(new ByteArrayInputStream(manifest.getBytes(StandardCharsets.UTF_8)))
        .items()
        .stream()
        .filter(object -> ACCESS.contains(object.getKind()))
        .toList();
  }

  private String token() {
    TokenRequest request =
        new TokenRequestBuilder().withNewSpec().withExpirationSeconds(7200L).endSpec().build();
    return admin
        .serviceAccounts()
        .inNamespace(name)
        .withName("t-cft-trainer")
        .tokenRequest(request)
        .getStatus()
        .getToken();
  }

  /// A client with the trainer's rights.
  KubernetesClient trainer() {
    Config config =
        new ConfigBuilder(Config.empty())
            .withMasterUrl(admin.getConfiguration().getMasterUrl())
            .withCaCertFile(admin.getConfiguration().getCaCertFile())
            .withCaCertData(admin.getConfiguration().getCaCertData())
            .withOauthToken(token())
            .withNamespace(name)
            .build();
    return new KubernetesClientBuilder().withConfig(config).build();
  }

  /// The same for a service.
  Path kubeconfig(Path folder) throws IOException {
    Config config = admin.getConfiguration();
    String authority =
        config.getCaCertFile() == null
            ? "certificate-authority-data: " + config.getCaCertData()
            : "certificate-authority: " + config.getCaCertFile();
    return Files.writeString(
        folder.resolve("trainer.kubeconfig"),
        """
        apiVersion: v1
        kind: Config
        clusters: [{name: c, cluster: {server: "%s", %s}}]
        users: [{name: u, user: {token: "%s"}}]
        contexts: [{name: c, context: {cluster: c, user: u, namespace: %s}}]
        current-context: c
        """
            .formatted(config.getMasterUrl(), authority, token(), name));
  }

  Cluster cluster() {
    return new Cluster(trainer(), name, values.get(QUEUE), values.containsKey(SEVERAL_NODES));
  }

  /// Settings whose pods behave as the annotations say.
  static KubernetesSettings settings(int retries, Map<String, String> annotations) {
    return new KubernetesSettings(
        null,
        null,
        64,
        node(Map.of()),
        pod(annotations),
        null,
        null,
        new TreeMap<>(),
        retries,
        Duration.ofHours(1));
  }

  static KubernetesSettings.Node node(Map<String, String> selector) {
    return new KubernetesSettings.Node(
        8,
        DataSize.ofGigabytes(79),
        "nvidia.com/gpu",
        "NVIDIA-H100-80GB-HBM3",
        with("type", "kwok", selector),
        List.of("nvidia.com/gpu"));
  }

  private static Map<String, String> with(String key, String value, Map<String, String> others) {
    var all = new TreeMap<>(others);
    all.put(key, value);
    return all;
  }

  static KubernetesSettings.Pod pod(Map<String, String> annotations) {
    return new KubernetesSettings.Pod(
        "example.com/cft/trainer:test",
        "IfNotPresent",
        List.of(),
        "java",
        "/app/service.jar",
        DataSize.ofMegabytes(256),
        "12",
        "100Gi",
        "16Gi",
        List.of(),
        List.of(),
        annotations,
        Duration.ofSeconds(30),
        10001);
  }

  List<Job> jobs() {
    return admin.batch().v1().jobs().inNamespace(name).list().getItems();
  }

  List<Pod> pods() {
    return admin.pods().inNamespace(name).list().getItems();
  }

  /// Waits for a pod that runs, and answers it.
  Pod runningPod(String job) {
    return runningPod(job, _ -> true);
  }

  /// Waits for one of them.
  Pod runningPod(String job, Predicate<Pod> wanted) {
    Pod pod =
        admin
            .pods()
            .inNamespace(name)
            .withLabel("batch.kubernetes.io/job-name", job)
            .waitUntilCondition(
                each -> each != null && PodWords.isRunning(each) && wanted.test(each),
                2,
                TimeUnit.MINUTES);
    assertThat(pod).isNotNull();
    return pod;
  }

  void awaitGone(Pod pod) {
    admin
        .pods()
        .inNamespace(name)
        .withName(pod.getMetadata().getName())
        .waitUntilCondition(
            each -> each == null || !each.getMetadata().getUid().equals(pod.getMetadata().getUid()),
            2,
            TimeUnit.MINUTES);
  }

  @Override
  public void close() {
    access.stream()
        .filter(object -> object.getKind().startsWith("ClusterRole"))
        .forEach(object -> admin.resource(object).delete());
    admin.scheduling().v1().priorityClasses().list().getItems().stream()
        .filter(each -> each.getMetadata().getName().startsWith(name))
        .forEach(each -> admin.resource(each).delete());
    admin.pods().inNamespace(name).withGracePeriod(0).delete();
    admin.namespaces().withName(name).delete();
    admin.close();
  }
}
