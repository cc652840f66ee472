package dev.cft.trainer.training;

import static dev.cft.trainer.testing.Rows.questions;
import static dev.cft.trainer.testing.TestService.modelHash;
import static org.assertj.core.api.Assertions.assertThat;

import dev.cft.store.jobs.JobId;
import dev.cft.trainer.runs.RunFolder;
import dev.cft.trainer.runs.RunFolders;
import dev.cft.trainer.testing.TestService;
import dev.cft.trainer.testing.TestService.Shared;
import dev.cft.trainer.testing.TinyCheckpoint;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/// What happens to a job when processes are stopped and killed under it: the same model comes out.
class RecoveryTest {
  private static final int STEPS = 240;
  private static final Pattern STARTED = Pattern.compile("Training started: process (\\d+)");

  @TempDir static Path root;
  private static Shared shared;
  private static TestService service;
  private static String rows;
  private static String undisturbedHash;

  @BeforeAll
  static void start() throws IOException {
    TinyCheckpoint.write(root.resolve("bases/tiny"));
    shared = Shared.in(root);
    service =
        TestService.start(
            shared, "cft.trainer.local.slots=2", "cft.jobs.lease=4s", "cft.jobs.heartbeat=1s");
    rows = service.upload(questions(40));
    undisturbedHash = modelHash(service.await(job(), "succeeded", "failed"));
  }

  @AfterAll
  static void stop() {
    service.close();
  }

  @Test
  void a_paused_job_resumes_to_the_same_model() {
    String id = job();
    awaitCheckpoint(service, id);

    service.post("/fine_tuning/jobs/" + id + "/pause", "");
    service.await(id, "paused");
    assertThat(pidsOf(id)).allMatch(RecoveryTest::isDead);
    service.post("/fine_tuning/jobs/" + id + "/resume", "");

    assertThat(modelHash(service.await(id, "succeeded", "failed"))).isEqualTo(undisturbedHash);
    assertThatEveryStepIsToldOnce(id);
    assertThat(service.messages(id)).anyMatch(message -> message.contains("resumed from step"));
  }

  @Test
  void a_process_killed_thrice_still_makes_the_same_model() {
    String id = job();

    for (int kill = 1; kill <= 3; kill++) {
      int processes = kill;
      service.await(id, job -> pidsOf(id).size() == processes || isFinal(job));
      int checkpoints = service.checkpoints(id);
      service.await(id, job -> service.checkpoints(id) > checkpoints || isFinal(job));
      if (!isFinal(service.job(id))) {
        ProcessHandle.of(pidsOf(id).getLast()).ifPresent(ProcessHandle::destroyForcibly);
      }
    }

    JsonNode job = service.await(id, "succeeded", "failed");
    assertThat(modelHash(job)).isEqualTo(undisturbedHash);
    assertThat(job.path("attempts").asInt()).isGreaterThan(1);
    assertThatEveryStepIsToldOnce(id);
  }

  @Test
  void cancelling_kills_the_process() {
    String id = job();
    awaitCheckpoint(service, id);

    service.post("/fine_tuning/jobs/" + id + "/cancel", "");

    assertThat(service.job(id).path("status").asString()).isEqualTo("cancelled");
    service.await(id, job -> pidsOf(id).stream().allMatch(RecoveryTest::isDead));
    assertThat(service.checkpoints(id)).isPositive();
    service.await(id, job -> folderOf(id).checkpoints().isEmpty());
  }

  @Test
  void a_service_shut_down_gives_its_job_back() throws Exception {
    Path otherRoot = Files.createDirectories(root.resolve("third"));
    TinyCheckpoint.write(otherRoot.resolve("bases/tiny"));
    Shared other = Shared.in(otherRoot);
    String id;
    try (var first = TestService.start(other)) {
      id = first.createJob(spec(first.upload(questions(40))));
      awaitCheckpoint(first, id);
    }

    try (var second = TestService.start(other)) {
      JsonNode job = second.await(id, "succeeded", "failed");

      assertThat(modelHash(job)).isEqualTo(undisturbedHash);
      assertThat(pids(second, id)).hasSize(2);
    }
  }

  private static String job() {
    return service.createJob(spec(rows));
  }

  private static String spec(String file) {
    return """
    {"model": "tiny", "training_file": "%s", "seed": 3,
     "method": {"type": "supervised", "supervised": {"hyperparameters":
       {"max_steps": %d, "batch_size": 4, "learning_rate": 1e-3, "checkpoint_steps": 20}}}}\
    """
        .formatted(file, STEPS);
  }

  private static void awaitCheckpoint(TestService service, String id) {
    service.await(id, job -> service.checkpoints(id) > 0 || isFinal(job));
  }

  private static boolean isFinal(JsonNode job) {
    return List.of("succeeded", "failed", "cancelled").contains(job.path("status").asString());
  }

  private static List<Long> pidsOf(String id) {
    return pids(service, id);
  }

  /// The training processes of a job, first to last.
  private static List<Long> pids(TestService service, String id) {
    return service.messages(id).reversed().stream()
        .map(STARTED::matcher)
        .filter(Matcher::lookingAt)
        .map(started -> Long.parseLong(started.group(1)))
        .toList();
  }

  private static boolean isDead(long pid) {
    return ProcessHandle.of(pid).filter(ProcessHandle::isAlive).isEmpty();
  }

  private static void assertThatEveryStepIsToldOnce(String id) {
    List<Long> told =
        service.messages(id).stream()
            .filter(message -> message.startsWith("Step "))
            .map(message -> Long.parseLong(message.substring(5, message.indexOf(':'))))
            .sorted()
            .toList();
    assertThat(told).containsExactlyElementsOf(LongStream.rangeClosed(1, STEPS).boxed().toList());
    assertThat(folderOf(id).log()).content().hasLineCount(STEPS);
  }

  private static RunFolder folderOf(String id) {
    return service.bean(RunFolders.class).of(new JobId(id));
  }
}
