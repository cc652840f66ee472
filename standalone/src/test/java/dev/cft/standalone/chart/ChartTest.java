package dev.cft.standalone.chart;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.marcnuri.helm.Helm;
import com.marcnuri.helm.TemplateCommand;
import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.PodSpec;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.apps.StatefulSet;
import io.fabric8.kubernetes.api.model.rbac.Role;
import io.fabric8.kubernetes.client.utils.KubernetesSerialization;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ChartTest {
  private static final Helm CHART = new Helm(Path.of("..", "helm"));

  @Test
  void the_chart_passes_strict_lint() {
    var lint = CHART.lint().strict().quiet().call();

    assertThat(lint.isFailed()).as("%s", lint.getMessages()).isFalse();
  }

  @Test
  void a_trial_is_four_services_and_a_Postgres() {
    var objects = render(values -> values);

    assertThat(named(objects, Deployment.class))
        .containsExactlyInAnyOrder(
            "t-cft-gateway", "t-cft-critique-generator", "t-cft-trainer", "t-cft-eval");
    assertThat(named(objects, StatefulSet.class)).containsExactly("t-cft-postgres");
    assertThat(objects).extracting(HasMetadata::getKind).doesNotContain("Role", "Ingress");
  }

  @Test
  void no_container_is_root_writes_its_file_system_or_keeps_a_capability() {
    var pods = pods(render(values -> values));

    assertThat(pods)
        .hasSize(5)
        .allSatisfy(pod -> {
          assertThat(pod.getSecurityContext().getRunAsNonRoot()).isTrue();
          assertThat(pod.getSecurityContext().getRunAsUser()).isPositive();
          assertThat(pod.getAutomountServiceAccountToken()).isFalse();
          assertThat(pod.getContainers()).allSatisfy(ChartTest::is_restricted);
        });
  }

  private static void is_restricted(Container container) {
    var security = container.getSecurityContext();
    assertThat(security.getReadOnlyRootFilesystem()).isTrue();
    assertThat(security.getAllowPrivilegeEscalation()).isFalse();
    assertThat(security.getCapabilities().getDrop()).containsExactly("ALL");
    assertThat(container.getResources().getRequests()).containsKeys("cpu", "memory");
    assertThat(container.getResources().getLimits()).containsKey("memory");
    assertThat(container.getStartupProbe()).isNotNull();
    assertThat(container.getReadinessProbe()).isNotNull();
    assertThat(container.getLivenessProbe()).isNotNull();
  }

  @Test
  void secrets_come_as_files_and_only_the_gateway_sees_the_operator_key() {
    var objects = render(values -> values);

    assertThat(pods(objects).stream().flatMap(pod -> pod.getContainers().stream()))
        .allSatisfy(container ->
            assertThat(container.getEnv())
                .noneMatch(entry -> entry.getValueFrom() != null)
                .noneMatch(entry -> entry.getName().endsWith("PASSWORD")));
    assertThat(pods(objects).stream().filter(pod -> pod.toString().contains("cft.operator-key")))
        .singleElement()
        .satisfies(
            pod -> assertThat(pod.getContainers().getFirst().getName()).isEqualTo("gateway"));
  }

  @Test
  void a_Postgres_of_ones_own_takes_the_place_of_the_trials() {
    var objects =
        render(values ->
            values
                .set("database.url", "jdbc:postgresql://db.example.com:5432/cft")
                .set("database.existingSecret", "own"));

    assertThat(named(objects, StatefulSet.class)).isEmpty();
    assertThat(of(objects, ConfigMap.class).getFirst().getData())
        .containsEntry("SPRING_DATASOURCE_URL", "jdbc:postgresql://db.example.com:5432/cft");
  }

  @Test
  void a_trainer_that_may_run_jobs_gets_a_role_in_its_namespace_and_no_more() {
    var objects = render(values -> values.set("trainer.mayRunJobs", "true"));

    assertThat(of(objects, Role.class))
        .singleElement()
        .satisfies(role -> {
          assertThat(role.getRules())
              .flatExtracting(rule -> rule.getResources())
              .containsExactly("jobs", "pods", "events", "pods/log");
          assertThat(role.getRules())
              .flatExtracting(rule -> rule.getVerbs())
              .containsExactly(
                  "create", "get", "list", "watch", "patch", "delete", "list", "watch", "get");
        });
    assertThat(objects).extracting(HasMetadata::getKind).doesNotContain("ClusterRole");
  }

  @Test
  void a_queue_adds_the_right_to_read_it_and_several_nodes_that_to_make_TrainJobs() {
    var objects =
        render(values ->
            values
                .set("trainer.mayRunJobs", "true")
                .set("trainer.jobs.queue", "cft-train")
                .set("trainer.jobs.severalNodes", "true"));

    assertThat(of(objects, Role.class).getFirst().getRules())
        .extracting(rule ->
            "%s %s %s".formatted(rule.getResources(), rule.getResourceNames(), rule.getVerbs()))
        .contains(
            "[trainjobs] [] [create, get, list, watch, patch, delete]",
            "[workloads] [] [list, watch]",
            "[localqueues/pendingworkloads] [cft-train] [get]");
    assertThat(objects)
        .filteredOn(object -> object.getKind().equals("TrainingRuntime"))
        .extracting(object -> object.getMetadata().getName())
        .containsExactly("t-cft-trainer");
  }

  @Test
  void a_trainer_that_may_run_jobs_is_told_what_they_are_made_of() {
    var objects =
        render(values ->
            values
                .set("trainer.mayRunJobs", "true")
                .set("trainer.jobs.gpus", "64")
                .set("trainer.jobs.priorityClasses.10", "cft-high"));

    assertThat(settings(trainer(objects)))
        .contains(
            "CFT_TRAINER_LAUNCHER=kubernetes",
            "CFT_TRAINER_KUBERNETES_GPUS=64",
            "CFT_TRAINER_KUBERNETES_PRIORITYCLASSES_10=cft-high",
            "CFT_TRAINER_KUBERNETES_POD_MOUNTS_0_CLAIM=t-cft-artifacts");
  }

  @Test
  void with_LLaMA_Factory_the_pods_of_its_jobs_have_an_image_of_their_own() {
    var objects =
        render(values ->
            values
                .set("trainer.mayRunJobs", "true")
                .set("trainer.llamaFactory.enabled", "true")
                .set("image.tag", "v1"));

    assertThat(trainer(objects).getImage()).isEqualTo("cft/trainer:v1");
    assertThat(settings(trainer(objects)))
        .contains(
            "CFT_TRAINER_ENGINES=djl,llama-factory",
            "CFT_TRAINER_LLAMAFACTORY_PYTHON=/opt/llama-factory/bin/python",
            "CFT_TRAINER_LLAMAFACTORY_IMAGE=cft/trainer-llama-factory:v1",
            "CFT_TRAINER_KUBERNETES_POD_IMAGE=cft/trainer:v1");
  }

  @Test
  void a_trainer_that_trains_in_its_own_pod_has_LLaMA_Factory_in_its_image() {
    var objects = render(values -> values.set("trainer.llamaFactory.enabled", "true"));

    assertThat(trainer(objects).getImage()).isEqualTo("cft/trainer-llama-factory:0.1.0");
  }

  private static Container trainer(List<HasMetadata> objects) {
    return of(objects, Deployment.class).stream()
        .filter(deployment -> deployment.getMetadata().getName().endsWith("-trainer"))
        .map(deployment -> deployment.getSpec().getTemplate().getSpec())
        .map(pod -> pod.getContainers().getFirst())
        .findFirst()
        .orElseThrow();
  }

  private static List<String> settings(Container container) {
    return container.getEnv().stream()
        .map(variable -> variable.getName() + "=" + variable.getValue())
        .toList();
  }

  @ParameterizedTest
  @CsvSource({
    "gateway.replica, 2, additional properties 'replica' not allowed",
    "gateway.replicas, two, '/gateway/replicas'",
    "trainer.replicas, 2, '/trainer/replicas'",
    "image.pullPolicy, Sometimes, '/image/pullPolicy'",
    "database.url, postgres://db/cft, '/database/url'",
    "database.url, jdbc:postgresql://db/cft, '/database/existingSecret'",
    "trainer.jobs.gpuMemory, 79 GB, '/trainer/jobs/gpuMemory'",
    "trainer.jobs.priorityClasses.urgent, cft-high, '/trainer/jobs/priorityClasses'",
    "artifacts.size, 50 GB, '/artifacts/size'",
    "ingress.enabled, true, '/ingress/host'",
  })
  void a_wrong_value_is_refused_by_name(String key, String value, String message) {
    assertThatThrownBy(() -> template().set(key, value).call()).hasMessageContaining(message);
  }

  private static TemplateCommand template() {
    return CHART.template().withName("t").withNamespace("cft").withKubeVersion("1.30.0");
  }

  /// With secrets that exist: for its own the chart asks the cluster, and there is none.
  private static List<HasMetadata> render(UnaryOperator<TemplateCommand> values) {
    var template =
        template().set("database.existingSecret", "db").set("operatorKey.existingSecret", "key");
    Object parsed = new KubernetesSerialization().unmarshal(values.apply(template).call());
    var objects = new ArrayList<HasMetadata>();
    for (Object object : (Collection<?>) parsed) {
      objects.add((HasMetadata) object);
    }
    return objects;
  }

  private static <T> List<T> of(List<HasMetadata> objects, Class<T> type) {
    return objects.stream().filter(type::isInstance).map(type::cast).toList();
  }

  private static List<String> named(List<HasMetadata> objects, Class<? extends HasMetadata> type) {
    return of(objects, type).stream().map(object -> object.getMetadata().getName()).toList();
  }

  private static List<PodSpec> pods(List<HasMetadata> objects) {
    return Stream.concat(
            of(objects, Deployment.class).stream().map(d -> d.getSpec().getTemplate().getSpec()),
            of(objects, StatefulSet.class).stream().map(s -> s.getSpec().getTemplate().getSpec()))
        .toList();
  }
}
