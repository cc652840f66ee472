package dev.cft.trainer.kubernetes;

import static dev.cft.trainer.testing.TestService.modelHash;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import dev.cft.trainer.testing.TestService;
import java.io.IOException;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/// Jobs of the API that train as Jobs of a cluster.
class KubernetesTrainingTest {
  @TempDir static Path root;
  private static ClusterTraining training;

  @BeforeAll
  static void start() throws IOException {
    training = new ClusterTraining(root);
  }

  @AfterAll
  static void stop() {
    if (training != null) {
      training.close();
    }
  }

  @Test
  void a_job_trains_on_the_cluster_pauses_and_ends_with_the_model_of_this_machine()
      throws IOException {
    try (var service = TestService.start(training.shared, training.settings())) {
      String id = training.submit(service);
      service.await(id, job -> service.checkpoints(id) > 0);

      service.post("/fine_tuning/jobs/" + id + "/pause", "");
      service.await(id, "paused");
      assertThat(training.jobsOf(id))
          .singleElement()
          .satisfies(job -> assertThat(job.getSpec().getSuspend()).isTrue());
      service.post("/fine_tuning/jobs/" + id + "/resume", "");

      assertThat(modelHash(service.await(id, "succeeded", "failed")))
          .isEqualTo(training.undisturbed);
      assertThat(service.messages(id))
          .anyMatch(message -> message.matches("Pod .* runs on node .*"))
          .anyMatch(message -> message.contains("resumed from step"));
      assertThat(training.jobsOf(id)).hasSize(1);
    }
  }

  /// Long enough for a process to start on a busy machine.
  @Test
  void a_job_whose_pod_falls_silent_is_ended_and_goes_on_from_its_checkpoint() throws Exception {
    String[] watchful = {"cft.trainer.silence=40s", "cft.trainer.kubernetes.pod.stop-grace=1s"};
    String[] settings =
        Stream.of(training.settings(), watchful).flatMap(Stream::of).toArray(String[]::new);
    try (var service = TestService.start(training.shared, settings)) {
      String id = training.submit(service);
      service.await(id, job -> service.checkpoints(id) > 0);
      training.kubelet.hold();
      assumeThat(training.kubelet.isBusy()).as("the run is not over yet").isTrue();

      JsonNode job = service.await(id, "succeeded", "failed");

      assertThat(modelHash(job)).isEqualTo(training.undisturbed);
      assertThat(job.path("attempts").asInt()).isEqualTo(2);
      assertThat(training.kubelet.started(id)).isEqualTo(2);
      assertThat(service.messages(id))
          .anyMatch(message -> message.contains("it wrote nothing for 40 s"))
          .anyMatch(message -> message.contains("resumed from step"));
    }
  }

  @Test
  void a_cancelled_job_leaves_no_job_on_the_cluster() throws IOException {
    try (var service = TestService.start(training.shared, training.settings())) {
      String id = training.submit(service);
      service.await(id, job -> !training.jobsOf(id).isEmpty());

      service.post("/fine_tuning/jobs/" + id + "/cancel", "");

      service.await(id, job -> training.jobsOf(id).isEmpty());
      JsonNode nodes = service.get("/nodes").body().path("data");
      assertThat(nodes.size()).isPositive();
      assertThat(nodes.path(0).path("launcher").asString()).isEqualTo("kubernetes");
    }
  }
}
