package dev.cft.standalone.chart;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import com.marcnuri.helm.Helm;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Namespace;
import io.fabric8.kubernetes.api.model.NamespaceBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.fabric8.kubernetes.client.dsl.FieldValidateable.Validation;
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/// Any cluster that `KUBECONFIG` names; it gets a namespace of its own, which is deleted at the
/// end.
class ChartOnClusterTest {
  private static final Helm CHART = new Helm(Path.of("..", "helm"));
  private static final @Nullable String KUBECONFIG = System.getenv("KUBECONFIG");
  private static final Namespace NAMESPACE =
      new NamespaceBuilder()
          .withNewMetadata()
          .withName("cft-chart-test-" + ProcessHandle.current().pid())
          .addToLabels("pod-security.kubernetes.io/enforce", "restricted")
          .endMetadata()
          .build();
  private static final String NAME = NAMESPACE.getMetadata().getName();
  private static @Nullable KubernetesClient client;

  @BeforeAll
  static void a_namespace_that_admits_restricted_pods_only() {
    assumeThat(KUBECONFIG).as("KUBECONFIG names no cluster to install the chart on").isNotNull();
    client = new KubernetesClientBuilder().build();
    client.resource(NAMESPACE).create();
  }

  @AfterAll
  static void delete_the_namespace() {
    if (client != null) {
      client.resource(NAMESPACE).delete();
      client.close();
    }
  }

  @Test
  void an_API_server_accepts_every_object_with_no_field_unknown_to_it() {
    String manifest =
        CHART
            .template()
            .withName("strict")
            .withNamespace(NAME)
            .withKubeVersion(client().getKubernetesVersion().getGitVersion())
            .set("trainer.mayRunJobs", "true")
            .set("trainer.jobs.mayReadNodes", "true")
            .set("ingress.enabled", "true")
            .set("ingress.host", "cft.example.com")
            .call();

    List<HasMetadata> accepted =
        client()
            .load(new ByteArrayInputStream(manifest.getBytes(StandardCharsets.UTF_8)))
            .items()
            .stream()
            .map(object ->
                client()
                    .resource(object)
                    .inNamespace(NAME)
                    .dryRun()
                    .fieldValidation(Validation.STRICT)
                    .serverSideApply())
            .toList();

    assertThat(accepted)
        .hasSizeGreaterThan(20)
        .allMatch(object -> object.getMetadata().getUid() != null);
  }

  @Test
  void an_installed_release_gets_its_pods_admitted_and_keeps_its_keys() {
    CHART.install().withName("real").withNamespace(NAME).withKubeConfig(kubeconfig()).call();
    var before = operatorKey();

    assertThat(List.of("gateway", "critique-generator", "trainer", "eval", "postgres"))
        .allSatisfy(component -> assertThat(admittedPod(component)).isNotNull());
    CHART.upgrade().withName("real").withNamespace(NAME).withKubeConfig(kubeconfig()).call();

    assertThat(operatorKey()).isEqualTo(before).containsKey("operator-key");
    Helm.uninstall("real").withNamespace(NAME).withKubeConfig(kubeconfig()).call();
    CHART.install().withName("real").withNamespace(NAME).withKubeConfig(kubeconfig()).call();
    assertThat(operatorKey()).as("installed again").isEqualTo(before);
  }

  private static Pod admittedPod(String component) {
    return client()
        .pods()
        .inNamespace(NAME)
        .withLabel("app.kubernetes.io/instance", "real")
        .withLabel("app.kubernetes.io/component", component)
        .waitUntilCondition(Objects::nonNull, 1, TimeUnit.MINUTES);
  }

  private static KubernetesClient client() {
    return requireNonNull(client);
  }

  private static Path kubeconfig() {
    return Path.of(requireNonNull(KUBECONFIG));
  }

  private static Map<String, String> operatorKey() {
    return client().secrets().inNamespace(NAME).withName("real-cft-operator").get().getData();
  }
}
