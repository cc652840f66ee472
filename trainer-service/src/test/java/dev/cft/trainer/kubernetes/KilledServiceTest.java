package dev.cft.trainer.kubernetes;

import static dev.cft.trainer.testing.TestService.modelHash;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import dev.cft.store.jobs.JobId;
import dev.cft.store.jobs.Jobs;
import dev.cft.trainer.testing.TestService;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.JsonNode;

/// The service is killed while its job trains on a cluster: the next one takes over, no pod is
/// started a second time, and what was asked for in between is done. `-Dcft.test.kills=20` kills
/// twenty times at each moment.
class KilledServiceTest {
  private static final Pattern STEP = Pattern.compile("^Step (\\d+)");

  /// Our choice: most of the time that the service spends on a moment's work.
  private static final int MOMENT_MILLIS = 300;

  @TempDir static Path root;
  private static ClusterTraining training;

  /// Answers clients, does no jobs and knows nothing of the cluster.
  private static TestService observer;

  /// When a service is killed.
  enum Moment {
    AS_SOON_AS_IT_HAS_THE_JOB,
    AS_SOON_AS_THE_CLUSTER_HAS_IT,
    IN_TRAINING,
    AS_SOON_AS_THE_TRAINING_ENDS
  }

  @BeforeAll
  static void start() throws IOException {
    training = new ClusterTraining(root);
    observer = TestService.start(training.shared, "cft.jobs.auto-start=false");
  }

  @AfterAll
  static void stop() {
    if (observer != null) {
      observer.close();
    }
    if (training != null) {
      training.close();
    }
  }

  static Stream<Moment> moments() {
    return IntStream.range(0, Integer.getInteger("cft.test.kills", 1))
        .boxed()
        .flatMap(_ -> Arrays.stream(Moment.values()));
  }

  @ParameterizedTest
  @MethodSource("moments")
  void a_service_killed_at_any_moment_neither_loses_a_run_nor_begins_a_second(Moment moment)
      throws Exception {
    String id = killed(moment);

    try (var next = TestService.start(training.shared, training.settings())) {
      JsonNode job = next.await(id, "succeeded", "failed");

      assertThat(modelHash(job)).isEqualTo(training.undisturbed);
      assertThat(training.kubelet.started(id)).isEqualTo(1);
      assertThat(training.jobsOf(id)).hasSize(1);
      assertThat(stepsTold(id)).containsExactlyElementsOf(allSteps());
      assertThat(next.bean(Jobs.class).metric(new JobId(id), "train_loss").keySet())
          .containsExactlyElementsOf(allSteps());
    }
  }

  @Test
  void a_job_paused_while_no_service_watches_is_stopped_by_the_next_and_resumes() throws Exception {
    String id = killedWhileItsPodIsHeld();
    observer.post("/fine_tuning/jobs/" + id + "/pause", "");

    try (var next = TestService.start(training.shared, training.settings())) {
      next.await(
          id, _ -> training.jobsOf(id).stream().allMatch(job -> RunObject.of(job).isSuspended()));
      training.kubelet.letGo();
      next.await(id, job -> status(job).equals("paused") && !training.kubelet.isBusy());
      next.post("/fine_tuning/jobs/" + id + "/resume", "");

      assertThat(modelHash(next.await(id, "succeeded", "failed"))).isEqualTo(training.undisturbed);
      assertThat(training.kubelet.started(id)).isEqualTo(2);
      assertThat(stepsTold(id)).containsExactlyElementsOf(allSteps());
    }
  }

  @Test
  void a_job_cancelled_while_no_service_watches_is_ended_by_the_next() throws Exception {
    String id = killedWhileItsPodIsHeld();
    observer.post("/fine_tuning/jobs/" + id + "/cancel", "");

    try (var next = TestService.start(training.shared, training.settings())) {
      next.await(
          id,
          _ -> training.jobsOf(id).stream().allMatch(job -> RunObject.of(job).isBeingDeleted()));
      training.kubelet.letGo();
      next.await(id, _ -> training.jobsOf(id).isEmpty() && !training.kubelet.isBusy());

      assertThat(status(next.job(id))).isEqualTo("cancelled");
      assertThat(training.kubelet.started(id)).isEqualTo(1);
    }
  }

  /// A job whose service was killed then.
  private static String killed(Moment moment) throws Exception {
    Process doomed = TestService.startProcess(training.shared, training.settings());
    try {
      String id = training.submit(observer);
      observer.await(id, job -> isThere(moment, job));
      if (moment != Moment.AS_SOON_AS_THE_CLUSTER_HAS_IT) {
        Thread.sleep(ThreadLocalRandom.current().nextInt(MOMENT_MILLIS));
      }
      return id;
    } finally {
      doomed.destroyForcibly().waitFor();
    }
  }

  /// A job whose service was killed after its first checkpoint, and whose pod does not go on; a
  /// machine on which the run is over by then skips the test.
  private static String killedWhileItsPodIsHeld() throws Exception {
    Process doomed = TestService.startProcess(training.shared, training.settings());
    try {
      String id = training.submit(observer);
      observer.await(id, job -> isThere(Moment.IN_TRAINING, job));
      training.kubelet.hold();
      assumeThat(training.kubelet.isBusy()).as("the run is not over yet").isTrue();
      return id;
    } finally {
      doomed.destroyForcibly().waitFor();
    }
  }

  private static boolean isThere(Moment moment, JsonNode job) {
    assertThat(status(job)).as(job.toString()).isNotEqualTo("failed");
    String id = job.path("id").asString();
    return switch (moment) {
      case AS_SOON_AS_IT_HAS_THE_JOB -> job.path("attempts").asInt() > 0;
      case AS_SOON_AS_THE_CLUSTER_HAS_IT -> !training.jobsOf(id).isEmpty();
      case IN_TRAINING -> observer.checkpoints(id) > 0;
      case AS_SOON_AS_THE_TRAINING_ENDS ->
          training.jobsOf(id).stream().anyMatch(each -> RunObject.of(each).isComplete());
    };
  }

  private static String status(JsonNode job) {
    return job.path("status").asString("");
  }

  private static List<Long> stepsTold(String id) {
    return observer.messages(id).reversed().stream()
        .flatMap(message -> STEP.matcher(message).results())
        .map((MatchResult found) -> Long.parseLong(found.group(1)))
        .toList();
  }

  private static List<Long> allSteps() {
    return LongStream.rangeClosed(1, ClusterTraining.STEPS).boxed().toList();
  }
}
