package dev.cft.trainer.kubernetes;

import static dev.cft.trainer.kubernetes.ClusterTraining.submit;
import static dev.cft.trainer.testing.TestService.modelHash;
import static org.assertj.core.api.Assertions.assertThat;

import dev.cft.trainer.testing.TestService;
import dev.cft.trainer.testing.TestService.Shared;
import dev.cft.trainer.testing.TinyCheckpoint;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

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
      undisturbed = modelHash(local.await(submit(local, 0, 240), "succeeded", "failed"));
    }
    try (var service = TestService.start(shared, settings())) {
      String usual = submit(service, 0, 240);
      service.await(usual, _ -> service.checkpoints(usual) > 0);

      String urgent = submit(service, 10, 20);

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

  private static String stage(JsonNode job) {
    return job.path("stage").asString("");
  }

  private static String[] settings() throws IOException {
    return ClusterTraining.settings(
        namespace,
        root,
        "cft.jobs.heartbeat=500ms",
        "cft.trainer.kubernetes.gpus=8",
        "cft.trainer.kubernetes.queue=" + KueueSetup.QUEUE,
        "cft.trainer.kubernetes.priority-classes.0=" + kueue.low,
        "cft.trainer.kubernetes.priority-classes.10=" + kueue.high);
  }
}
