package dev.cft.trainer.kubernetes;

import static dev.cft.trainer.testing.Rows.questions;
import static dev.cft.trainer.testing.TestService.modelHash;
import static org.assertj.core.api.Assertions.assertThat;

import dev.cft.trainer.testing.TestService;
import dev.cft.trainer.testing.TestService.Shared;
import dev.cft.trainer.testing.TinyCheckpoint;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/// Jobs of the API that train as Jobs of a cluster: their pods' very command runs here, in the
/// place of a container.
class KubernetesTrainingTest {
  private static final int STEPS = 240;

  @TempDir static Path root;
  private static TestNamespace namespace;
  private static SimulatedKubelet kubelet;
  private static Shared shared;
  private static String undisturbed;

  @BeforeAll
  static void start() throws IOException {
    namespace = TestNamespace.create();
    kubelet = new SimulatedKubelet(namespace);
    TinyCheckpoint.write(root.resolve("bases/tiny"));
    shared = Shared.in(root);
    try (var local = TestService.start(shared)) {
      undisturbed = modelHash(local.await(job(local), "succeeded", "failed"));
    }
  }

  @AfterAll
  static void stop() {
    if (namespace != null) {
      kubelet.close();
      namespace.close();
    }
  }

  @Test
  void a_job_trains_on_the_cluster_pauses_and_ends_with_the_model_of_this_machine()
      throws IOException {
    try (var service = TestService.start(shared, settings())) {
      String id = job(service);
      service.await(id, job -> service.checkpoints(id) > 0);

      service.post("/fine_tuning/jobs/" + id + "/pause", "");
      service.await(id, "paused");
      assertThat(jobsOf(id))
          .singleElement()
          .satisfies(job -> assertThat(job.getSpec().getSuspend()).isTrue());
      service.post("/fine_tuning/jobs/" + id + "/resume", "");

      assertThat(modelHash(service.await(id, "succeeded", "failed"))).isEqualTo(undisturbed);
      assertThat(service.messages(id))
          .anyMatch(message -> message.matches("Pod .* runs on node .*"))
          .anyMatch(message -> message.contains("resumed from step"));
      assertThat(jobsOf(id)).hasSize(1);
    }
  }

  @Test
  void a_cancelled_job_leaves_no_job_on_the_cluster() throws IOException {
    try (var service = TestService.start(shared, settings())) {
      String id = job(service);
      service.await(id, job -> !jobsOf(id).isEmpty());

      service.post("/fine_tuning/jobs/" + id + "/cancel", "");

      service.await(id, job -> jobsOf(id).isEmpty());
      JsonNode nodes = service.get("/nodes").body().path("data");
      assertThat(nodes.size()).isPositive();
      assertThat(nodes.path(0).path("launcher").asString()).isEqualTo("kubernetes");
    }
  }

  private static String[] settings() throws IOException {
    var settings = new ArrayList<String>();
    settings.add("cft.jobs.lease=4s");
    settings.add("cft.jobs.heartbeat=1s");
    settings.add("cft.trainer.launcher=kubernetes");
    String cluster = "cft.trainer.kubernetes.";
    settings.add(
        cluster + "kubeconfig=" + namespace.kubeconfig(Files.createTempDirectory(root, "k")));
    settings.add(cluster + "namespace=" + namespace.name);
    settings.add(cluster + "gpus=8");
    settings.add(cluster + "node.selector.type=kwok");
    settings.add(cluster + "pod.image=example.com/cft/trainer:test");
    settings.add(cluster + "pod.java=" + Path.of(System.getProperty("java.home"), "bin", "java"));
    settings.add(cluster + "pod.cpu-per-gpu=1");
    settings.add(cluster + "pod.memory-per-gpu=1Gi");
    settings.add(cluster + "pod.heap=256MB");
    SimulatedKubelet.ANNOTATIONS.forEach(
        (key, value) -> settings.add(cluster + "pod.annotations[" + key + "]=" + value));
    return settings.toArray(String[]::new);
  }

  private static List<io.fabric8.kubernetes.api.model.batch.v1.Job> jobsOf(String id) {
    return namespace.jobs().stream()
        .filter(job -> id.equals(job.getMetadata().getLabels().get(JobManifest.JOB_ID)))
        .toList();
  }

  private static String job(TestService service) {
    return service.createJob(
        """
        {"model": "tiny", "training_file": "%s", "seed": 3,
         "method": {"type": "supervised", "supervised": {"hyperparameters":
           {"max_steps": %d, "batch_size": 4, "learning_rate": 1e-3, "checkpoint_steps": 20}}}}\
        """
            .formatted(service.upload(questions(40)), STEPS));
  }
}
