package dev.cft.standalone.chart;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import com.marcnuri.helm.Helm;
import dev.cft.standalone.client.PlatformClient;
import io.fabric8.kubernetes.api.model.NamespaceBuilder;
import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.fabric8.kubernetes.client.LocalPortForward;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// The chart installed in a namespace of its own, with a way in to its gateway. The administrator
/// of `KUBECONFIG` only installs and looks on.
final class Release implements AutoCloseable {
  private static final Helm CHART = new Helm(Path.of("..", "helm"));
  private static final String GPU = "nvidia.com/gpu";
  private static final String NAME = "real";
  private static final int PORT = 8080;

  private final KubernetesClient admin = new KubernetesClientBuilder().build();
  private final String namespace = "cft-release-test-" + ProcessHandle.current().pid();
  private final Path kubeconfig;
  private final Node node;
  private @Nullable LocalPortForward way;

  private Release(Path kubeconfig) {
    this.kubeconfig = kubeconfig;
    Optional<Node> real =
        admin.nodes().list().getItems().stream().filter(Release::isReal).findAny();
    assumeThat(real).as("no node that runs containers offers " + GPU).isPresent();
    this.node = real.orElseThrow();
  }

  /// Skips the test where no node of that cluster runs containers and offers GPUs.
  static Release where(Path kubeconfig) {
    return new Release(kubeconfig);
  }

  /// Installs it and waits until it answers.
  ///
  /// @param images where the cluster has them
  void install(String images, Path dir) throws IOException {
    admin
        .resource(
            new NamespaceBuilder()
                .withNewMetadata()
                .withName(namespace)
                .addToLabels("pod-security.kubernetes.io/enforce", "restricted")
                .endMetadata()
                .build())
        .create();
    CHART
        .install()
        .withName(NAME)
        .withNamespace(namespace)
        .withKubeConfig(kubeconfig)
        .withValuesFile(values(images, dir))
        .call();
    awaitReady();
    String gateway = pod("gateway").getMetadata().getName();
    way = admin.pods().inNamespace(namespace).withName(gateway).portForward(PORT);
  }

  /// Not simulated by kwok.
  private static boolean isReal(Node node) {
    return !node.getMetadata().getAnnotations().containsKey("kwok.x-k8s.io/node")
        && node.getStatus().getAllocatable().containsKey(GPU);
  }

  private Path values(String images, Path dir) throws IOException {
    Map<String, String> labels = node.getMetadata().getLabels();
    return Files.writeString(
        dir.resolve("values.yaml"),
        """
        image: {repository: "%s"}
        trainer:
          mayRunJobs: true
          env:
            SPRING_APPLICATION_JSON: '{"cft.trainer.kubernetes.node.selector[kubernetes.io/hostname]": "%s"}'
          jobs: {gpuProduct: "%s", cpuPerGpu: 500m, memoryPerGpu: 2Gi, shm: 64Mi, mayReadNodes: true}
        """
            .formatted(
                images,
                labels.get("kubernetes.io/hostname"),
                labels.getOrDefault(GPU + ".product", "")));
  }

  private void awaitReady() {
    for (String service : List.of("critique-generator", "trainer", "eval", "gateway")) {
      Deployment deployment =
          admin
              .apps()
              .deployments()
              .inNamespace(namespace)
              .withName("%s-cft-%s".formatted(NAME, service))
              .waitUntilReady(10, TimeUnit.MINUTES);
      assertThat(deployment).as(service).isNotNull();
    }
  }

  private Pod pod(String component) {
    return admin
        .pods()
        .inNamespace(namespace)
        .withLabel("app.kubernetes.io/instance", NAME)
        .withLabel("app.kubernetes.io/component", component)
        .waitUntilCondition(Objects::nonNull, 1, TimeUnit.MINUTES);
  }

  private String operatorKey() {
    String key =
        admin
            .secrets()
            .inNamespace(namespace)
            .withName(NAME + "-cft-operator")
            .get()
            .getData()
            .get("operator-key");
    return new String(Base64.getDecoder().decode(key), StandardCharsets.UTF_8);
  }

  /// With connections of its own: what is forwarded does not outlive a long silence.
  PlatformClient client() {
    int port = requireNonNull(way).getLocalPort();
    return new PlatformClient("http://localhost:" + port, operatorKey());
  }

  /// The node that trains.
  String node() {
    return node.getMetadata().getName();
  }

  String trainerImage() {
    return pod("trainer").getSpec().getContainers().getFirst().getImage();
  }

  /// Of one of our jobs.
  List<Pod> podsOf(String job) {
    return admin.pods().inNamespace(namespace).withLabel("cft.dev/job", job).list().getItems();
  }

  long jobs() {
    return admin.batch().v1().jobs().inNamespace(namespace).list().getItems().size();
  }

  @Override
  public void close() {
    try {
      if (way != null) {
        way.close();
      }
    } catch (IOException broken) {
      throw new UncheckedIOException(broken);
    } finally {
      admin.namespaces().withName(namespace).delete();
      admin.close();
    }
  }
}
