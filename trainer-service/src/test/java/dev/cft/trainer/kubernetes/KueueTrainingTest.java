package dev.cft.trainer.kubernetes;

import static dev.cft.trainer.kubernetes.ClusterTraining.submit;
import static dev.cft.trainer.testing.TestService.modelHash;
import static org.assertj.core.api.Assertions.assertThat;

import dev.cft.trainer.testing.TestService;
import dev.cft.trainer.testing.TestService.Shared;
import dev.cft.trainer.testing.TinyCheckpoint;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
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
  /// Steps of a job that ends by being cancelled.
  private static final int ENDLESS = 100_000;

  @TempDir static Path root;
  private static TestNamespace namespace;
  private static KueueSetup kueue;
  private static SimulatedKubelet kubelet;
  private static Shared shared;
  private static String undisturbed;

  @BeforeAll
  static void start() throws IOException {
    namespace = TestNamespace.create(Map.of(TestNamespace.QUEUE, KueueSetup.QUEUE));
    kueue = new KueueSetup(namespace, 1);
    kubelet = new SimulatedKubelet(namespace);
    TinyCheckpoint.write(root.resolve("bases/tiny"));
    shared = Shared.in(root);
    try (var local = TestService.start(shared)) {
      undisturbed = modelHash(local.await(submit(local, 0, 240), "succeeded", "failed"));
    }
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

  @Test
  void a_job_that_was_paused_goes_on_only_when_Kueue_admits_it_again() throws IOException {
    try (var service = TestService.start(shared, settings())) {
      String paused = submit(service, 0, 240);
      service.await(paused, _ -> service.checkpoints(paused) > 0);
      pause(service, paused);
      String other = submit(service, 0, ENDLESS);
      service.await(other, _ -> service.checkpoints(other) > 0);

      resume(service, paused);

      assertThat(onCluster(paused))
          .singleElement()
          .satisfies(each -> assertThat(each.getSpec().getSuspend()).isTrue());
      pause(service, paused);
      resume(service, paused);
      assertThat(kubelet.started(paused)).isEqualTo(1);
      service.post("/fine_tuning/jobs/" + other + "/cancel", "");
      assertThat(modelHash(service.await(paused, "succeeded", "failed"))).isEqualTo(undisturbed);
      assertThat(kubelet.started(paused)).isEqualTo(2);
      assertThat(service.messages(paused))
          .anyMatch(message -> message.contains("resumed from step"));
    }
  }

  /// Nothing of it is left on the cluster that Kueue could admit.
  private static void pause(TestService service, String id) {
    service.post("/fine_tuning/jobs/" + id + "/pause", "");
    service.await(id, "paused");
    service.await(id, _ -> onCluster(id).isEmpty());
  }

  private static void resume(TestService service, String id) {
    service.post("/fine_tuning/jobs/" + id + "/resume", "");
    service.await(id, job -> stage(job).startsWith("waits in the cluster's queue cft-train"));
  }

  private static List<Job> onCluster(String id) {
    return namespace.jobs().stream()
        .filter(each -> id.equals(each.getMetadata().getName()))
        .toList();
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
