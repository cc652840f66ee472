package dev.cft.trainer.training;

import static dev.cft.trainer.testing.Rows.questions;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

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
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/// Everything that can be killed under a job is killed at moments drawn by chance: the same weights
/// come out, every step is told once, and all slots are free again. `-Dcft.test.rounds=20` repeats
/// each twenty times.
class NeverLostTest {
  private static final int ROUNDS = Integer.getInteger("cft.test.rounds", 1);
  private static final int STEPS = 400;
  private static final Pattern STARTED = Pattern.compile("Training started: process (\\d+)");

  /// A dead service is noticed after its lease; a suspended child is killed after the grace.
  private static final String[] QUICK = {
    "cft.jobs.lease=4s", "cft.jobs.heartbeat=1s", "cft.trainer.local.stop-grace=1s"
  };

  @TempDir static Path root;
  private static Shared shared;
  private static TestService observer;
  private static String rows;
  private static String undisturbedHash;

  @BeforeAll
  static void trainUndisturbed() throws IOException {
    TinyCheckpoint.write(root.resolve("bases/tiny"));
    shared = Shared.in(root);
    observer = TestService.start(shared, "cft.jobs.auto-start=false");
    rows = observer.upload(questions(40));
    String id = observer.createJob(spec(rows));
    try (var service = TestService.start(shared, QUICK)) {
      undisturbedHash = hash(service.await(id, "succeeded", "failed"));
    }
  }

  @AfterAll
  static void stop() {
    observer.close();
  }

  /// What happens to a service in a process of its own, and to the process that trains for it.
  private interface Disaster {
    void strike(Process service, ProcessHandle child) throws Exception;
  }

  @Test
  void the_training_process_is_killed() throws Exception {
    try (var service = TestService.start(shared, QUICK)) {
      for (int round = 0; round < ROUNDS; round++) {
        String id = observer.createJob(spec(rows));
        awaitSteps(id);
        child(id).destroyForcibly();

        assertUndisturbed(id, service);
      }
    }
  }

  @Test
  void the_training_process_is_killed_while_it_writes_a_checkpoint() throws Exception {
    try (var service = TestService.start(shared, QUICK)) {
      for (int round = 0; round < ROUNDS; round++) {
        String id = observer.createJob(spec(rows));
        awaitSteps(id);
        killInsideCheckpoint(id);

        assertUndisturbed(id, service);
      }
    }
  }

  @Test
  void a_service_that_hangs_wakes_up_when_another_has_its_job() throws Exception {
    afterDisaster((service, child) -> {
      signal("STOP", service.pid());
      Thread.ofVirtual().start(() -> wakeUpLater(service));
    });
  }

  private static void wakeUpLater(Process service) {
    try {
      Thread.sleep(6000);
      signal("CONT", service.pid());
    } catch (IOException | InterruptedException failure) {
      throw new IllegalStateException(failure);
    }
  }

  private static void afterDisaster(Disaster disaster) throws Exception {
    for (int round = 0; round < ROUNDS; round++) {
      Process doomed = TestService.startProcess(shared, QUICK);
      try {
        String id = observer.createJob(spec(rows));
        awaitSteps(id);
        disaster.strike(doomed, child(id));
        try (var next = TestService.start(shared, QUICK)) {
          assertUndisturbed(id, next);
        }
      } finally {
        doomed.destroyForcibly().waitFor();
      }
    }
  }

  private static String status(JsonNode job) {
    return job.path("status").asString("");
  }

  private static void assertUndisturbed(String id, TestService service) {
    JsonNode job = service.await(id, "succeeded", "failed");

    assertThat(hash(job)).isEqualTo(undisturbedHash);
    assertThat(pids(id)).allMatch(NeverLostTest::isDead);
    assertEveryStepToldOnce(observer, id);
    assertThat(folderOf(id).log()).content().hasLineCount(STEPS);
    assertAllSlotsFree(service);
  }

  private static void assertEveryStepToldOnce(TestService service, String id) {
    List<Long> told =
        messages(service, id).stream()
            .filter(message -> message.startsWith("Step "))
            .map(message -> Long.parseLong(message.substring(5, message.indexOf(':'))))
            .sorted()
            .toList();
    assertThat(told).containsExactlyElementsOf(LongStream.rangeClosed(1, STEPS).boxed().toList());
  }

  private static void assertAllSlotsFree(TestService service) {
    JsonNode node = service.get("/nodes").body().path("data").get(0);
    assertThat(node.path("free_slots")).isEqualTo(node.path("slots"));
    assertThat(node.path("running").isEmpty()).isTrue();
  }

  /// Waits for a first checkpoint, and then a moment drawn by chance.
  private static void awaitSteps(String id) throws InterruptedException {
    observer.await(id, job -> !checkpoints(id).isEmpty() || status(job).equals("failed"));
    Thread.sleep(ThreadLocalRandom.current().nextInt(200));
  }

  private static JsonNode checkpoints(String id) {
    return observer.get("/fine_tuning/jobs/" + id + "/checkpoints").body().path("data");
  }

  /// The process that trains now. On a slow machine it may have ended before it could be struck.
  private static ProcessHandle child(String id) {
    Optional<ProcessHandle> child =
        ProcessHandle.of(pids(id).getLast()).filter(ProcessHandle::isAlive);
    assumeThat(child).as("the run was quicker than its disaster").isPresent();
    return child.orElseThrow();
  }

  /// Suspends the process when the half-written folder of a checkpoint is seen, and kills it if
  /// that is still there: as when the power goes.
  private static void killInsideCheckpoint(String id) throws Exception {
    ProcessHandle child = child(id);
    boolean isCaught = false;
    while (!isCaught && child.isAlive()) {
      if (isWriting(id)) {
        signal("STOP", child.pid());
        isCaught = isWriting(id);
        signal(isCaught ? "KILL" : "CONT", child.pid());
      }
    }
    assumeThat(isCaught).as("a checkpoint was caught while it was written").isTrue();
  }

  private static boolean isWriting(String id) throws IOException {
    try (Stream<Path> entries = Files.list(folderOf(id).path())) {
      return entries.anyMatch(
          entry -> entry.getFileName().toString().matches("\\.checkpoint-\\d+\\.tmp"));
    }
  }

  private static void signal(String name, long pid) throws IOException, InterruptedException {
    new ProcessBuilder("kill", "-" + name, Long.toString(pid)).start().waitFor();
  }

  private static String spec(String file) {
    return """
    {"model": "tiny", "training_file": "%s", "seed": 3,
     "method": {"type": "supervised", "supervised": {"hyperparameters":
       {"max_steps": %d, "batch_size": 4, "learning_rate": 1e-3, "checkpoint_steps": 10}}}}\
    """
        .formatted(file, STEPS);
  }

  private static String hash(JsonNode job) {
    assertThat(status(job)).as(job.toString()).isEqualTo("succeeded");
    return job.path("result").path("model_hash").asString();
  }

  private static List<String> messages(TestService service, String id) {
    return FineTuningTest.texts(
        service.get("/fine_tuning/jobs/" + id + "/events?limit=1000").body().path("data"),
        "message");
  }

  /// The training processes of a job, first to last.
  private static List<Long> pids(String id) {
    return messages(observer, id).reversed().stream()
        .map(STARTED::matcher)
        .filter(Matcher::lookingAt)
        .map(started -> Long.parseLong(started.group(1)))
        .toList();
  }

  private static boolean isDead(long pid) {
    return ProcessHandle.of(pid).filter(ProcessHandle::isAlive).isEmpty();
  }

  private static RunFolder folderOf(String id) {
    return observer.bean(RunFolders.class).of(new JobId(id));
  }
}
