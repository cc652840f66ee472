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
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Jobs of the API in Kueue's queue, with quota for one: their pods' command runs here.
class KueueTrainingTest {
  @TempDir static Path root;
  private static TestNamespace namespace;
  private static KueueSetup kueue;
  private static SimulatedKubelet kubelet;
  private static Shared shared;

  @BeforeAll
  static void start() throws IOException {
    namespace = TestNamespace.create(Map.of(TestNamespace.QUEUE, KueueSetup.QUEUE));
    kueue = new KueueSetup(namespace, 1);
    kubelet = new SimulatedKubelet(namespace);
    TinyCheckpoint.write(root.resolve("bases/tiny"));
    shared = Shared.in(root);
  }

  @AfterAll
  static void stop() {
    if (kubelet != null) {
      kubelet.close();
      kueue.close();
    }
    if (namespace != null) {
      namespace.close();
    }
  }

  @Test
  void a_job_that_Kueue_preempts_goes_on_from_its_checkpoint_to_the_same_model()
      throws IOException {
    String undisturbed;
    try (var local = TestService.start(shared)) {
      undisturbed = modelHash(local.await(job(local, 0, 240), "succeeded", "failed"));
    }
    try (var service = TestService.start(shared, settings())) {
      String usual = job(service, 0, 240);
      service.await(usual, _ -> service.checkpoints(usual) > 0);

      String urgent = job(service, 10, 20);

      service.await(usual, job -> stage(job).startsWith("waits in the cluster's queue cft-train"));
      assertThat(modelHash(service.await(urgent, "succeeded", "failed"))).isNotEmpty();
      assertThat(modelHash(service.await(usual, "succeeded", "failed"))).isEqualTo(undisturbed);
      List<String> told = service.messages(usual);
      assertThat(told)
          .anyMatch(message ->
              message.startsWith("Kueue stops it: its quota goes to a job of higher priority"))
          .anyMatch(message ->
              message.matches("Pod .* runs on node .*, from the checkpoint of step \\d+"));
      assertThat(told).noneMatch(message -> message.contains("Joined"));
    }
  }

  private static String stage(tools.jackson.databind.JsonNode job) {
    return job.path("stage").asString("");
  }

  private static String[] settings() throws IOException {
    var settings = new ArrayList<String>();
    settings.add("cft.jobs.heartbeat=500ms");
    settings.add("cft.trainer.launcher=kubernetes");
    String cluster = "cft.trainer.kubernetes.";
    settings.add(
        cluster + "kubeconfig=" + namespace.kubeconfig(Files.createTempDirectory(root, "k")));
    settings.add(cluster + "namespace=" + namespace.name);
    settings.add(cluster + "gpus=8");
    settings.add(cluster + "queue=" + KueueSetup.QUEUE);
    settings.add(cluster + "priority-classes.0=" + kueue.low);
    settings.add(cluster + "priority-classes.10=" + kueue.high);
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

  private static String job(TestService service, int priority, int steps) {
    return service.createJob(
        """
        {"model": "tiny", "training_file": "%s", "seed": 3, "priority": %d,
         "method": {"type": "supervised", "supervised": {"hyperparameters":
           {"max_steps": %d, "batch_size": 4, "learning_rate": 1e-3, "checkpoint_steps": 20}}}}\
        """
            .formatted(service.upload(questions(40)), priority, steps));
  }
}
