package dev.cft.trainer.training;

import static dev.cft.trainer.testing.Rows.questions;
import static dev.cft.trainer.testing.TestService.modelHash;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import dev.cft.store.jobs.JobId;
import dev.cft.store.jobs.Jobs;
import dev.cft.store.testing.DurableDatabase;
import dev.cft.trainer.runs.RunFolder;
import dev.cft.trainer.runs.RunFolders;
import dev.cft.trainer.testing.TestService;
import dev.cft.trainer.testing.TestService.Shared;
import dev.cft.trainer.testing.TinyCheckpoint;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.JsonNode;

/// Everything that can be killed under a job is killed, at moments drawn by chance: the same
/// weights come out, every step is told once, and all slots are free again. `-Dcft.test.kills=20`
/// does each twenty times; a full disk is in [FullDiskTest].
class NeverLostTest {
  private static final int STEPS = 400;
  private static final int BETWEEN_CHECKPOINTS = 10;
  private static final Pattern STARTED = Pattern.compile("Training started: process (\\d+)");
  private static final Pattern SAVED = Pattern.compile("Checkpoint created at step (\\d+)");
  private static final Pattern STEP = Pattern.compile("Step (\\d+)");

  /// A dead service is noticed after its lease; a suspended child is killed after the grace.
  private static final String[] QUICK = {
    "cft.jobs.lease=4s", "cft.jobs.heartbeat=1s", "cft.trainer.local.stop-grace=1s"
  };

  @TempDir static Path root;
  private static Shared shared;
  private static TestService survivor;
  private static String rows;
  private static String undisturbedHash;

  @BeforeAll
  static void trainUndisturbed() throws IOException {
    TinyCheckpoint.write(root.resolve("bases/tiny"));
    shared = Shared.in(root);
    survivor = TestService.start(shared, QUICK);
    rows = survivor.upload(questions(40));
    undisturbedHash = modelHash(survivor.await(survivor.createJob(spec(rows, STEPS)), "succeeded"));
  }

  @AfterAll
  static void stop() {
    survivor.close();
  }

  static Stream<Integer> rounds() {
    return IntStream.rangeClosed(1, Integer.getInteger("cft.test.kills", 1)).boxed();
  }

  @ParameterizedTest
  @MethodSource("rounds")
  void the_training_process_is_killed(int round) throws Exception {
    String id = survivor.createJob(spec(rows, STEPS));
    child(id).destroyForcibly();

    assertUndisturbed(id, survivor);
  }

  @ParameterizedTest
  @MethodSource("rounds")
  void the_power_goes_while_a_checkpoint_is_written(int round) throws Exception {
    String id = survivor.createJob(spec(rows, STEPS));
    ProcessHandle child = child(id);
    signal("STOP", child.pid());
    leaveHalfOfEverything(folderOf(survivor, id));
    signal("KILL", child.pid());

    assertUndisturbed(id, survivor);
    assertThat(folderOf(survivor, id).path())
        .isDirectoryNotContaining(file -> file.toString().endsWith(".tmp"));
  }

  @ParameterizedTest
  @MethodSource("rounds")
  void the_service_is_killed(int round) throws Exception {
    afterDisaster((service, child) -> service.destroyForcibly().waitFor());
  }

  @ParameterizedTest
  @MethodSource("rounds")
  void the_service_and_its_training_process_are_killed(int round) throws Exception {
    afterDisaster((service, child) -> {
      child.destroyForcibly();
      service.destroyForcibly().waitFor();
    });
  }

  @ParameterizedTest
  @MethodSource("rounds")
  void a_training_process_that_hangs_outlives_its_service(int round) throws Exception {
    afterDisaster((service, child) -> {
      signal("STOP", child.pid());
      service.destroyForcibly().waitFor();
    });
  }

  /// Long enough for a process to start on a busy machine.
  @ParameterizedTest
  @MethodSource("rounds")
  void a_training_process_that_hangs_is_ended_by_its_service(int round) throws Exception {
    survivor.stopWorker();
    try (var watchful = TestService.start(shared, "cft.trainer.silence=40s")) {
      String id = watchful.createJob(spec(rows, STEPS));
      signal("STOP", child(id).pid());

      assertUndisturbed(id, watchful);
      assertThat(watchful.messages(id))
          .anyMatch(message -> message.contains("it wrote nothing for 40 s"));
    } finally {
      survivor.startWorker();
    }
  }

  @ParameterizedTest
  @MethodSource("rounds")
  void a_service_that_hangs_wakes_up_when_another_has_its_job(int round) throws Exception {
    Process hanging = startInsteadOfSurvivor();
    try {
      String id = survivor.createJob(spec(rows, STEPS));
      child(id);
      signal("STOP", hanging.pid());
      survivor.startWorker();
      survivor.await(id, job -> job.path("attempts").asInt() > 1);
      signal("CONT", hanging.pid());

      assertUndisturbed(id, survivor);
      survivor.stopWorker();
      String another = survivor.createJob(spec(rows, BETWEEN_CHECKPOINTS));
      assertThat(modelHash(survivor.await(another, "succeeded", "failed"))).isNotEmpty();
    } finally {
      hanging.destroyForcibly().waitFor();
      survivor.startWorker();
    }
  }

  @ParameterizedTest
  @MethodSource("rounds")
  void the_database_crashes_and_restarts(int round) throws Exception {
    Path home = Files.createDirectories(root.resolve("database-" + round));
    TinyCheckpoint.write(home.resolve("bases/tiny"));
    try (var database = new DurableDatabase(home.resolve("postgres"));
        var service = TestService.start(new Shared(database.address(), home), QUICK)) {
      String file = service.upload(questions(40));
      for (boolean isCrash : List.of(true, false)) {
        String id = service.createJob(spec(file, STEPS));
        service.await(id, job -> job.path("progress").path("done").asLong() > 20);
        if (isCrash) {
          database.crash();
        } else {
          database.stop();
        }
        Thread.sleep(ThreadLocalRandom.current().nextInt(3000));
        database.comeBack();

        assertUndisturbed(id, service);
      }
    }
  }

  /// What happens to a service in a process of its own, and to the process that trains for it.
  private interface Disaster {
    void strike(Process service, ProcessHandle child) throws Exception;
  }

  private static void afterDisaster(Disaster disaster) throws Exception {
    Process doomed = startInsteadOfSurvivor();
    try {
      String id = survivor.createJob(spec(rows, STEPS));
      disaster.strike(doomed, child(id));
      survivor.startWorker();

      assertUndisturbed(id, survivor);
    } finally {
      doomed.destroyForcibly().waitFor();
      survivor.startWorker();
    }
  }

  private static Process startInsteadOfSurvivor() throws IOException {
    survivor.stopWorker();
    return TestService.startProcess(shared, QUICK);
  }

  private static void assertUndisturbed(String id, TestService service) {
    JsonNode job = service.await(id, "succeeded", "failed");
    List<String> messages = service.messages(id).reversed();

    assertThat(modelHash(job)).isEqualTo(undisturbedHash);
    assertThat(numbers(messages, STEP)).containsExactlyElementsOf(allSteps());
    assertThat(service.bean(Jobs.class).metric(new JobId(id), "train_loss").keySet())
        .containsExactlyElementsOf(allSteps());
    assertThat(numbers(messages, SAVED)).doesNotHaveDuplicates().contains((long) STEPS);
    assertThat(folderOf(service, id).log()).content().hasLineCount(STEPS);
    service.await(id, _ -> numbers(messages, STARTED).stream().allMatch(NeverLostTest::isDead));
    JsonNode node = service.get("/nodes").body().path("data").get(0);
    assertThat(node.path("free_slots")).isEqualTo(node.path("slots"));
    assertThat(node.path("running").isEmpty()).isTrue();
  }

  private static List<Long> allSteps() {
    return LongStream.rangeClosed(1, STEPS).boxed().toList();
  }

  /// The process that trains now, at a moment drawn by chance after its first checkpoint; a machine
  /// on which the run is over by then skips the test.
  private static ProcessHandle child(String id) throws InterruptedException {
    survivor.await(id, job -> survivor.checkpoints(id) > 0 || status(job).equals("failed"));
    Thread.sleep(ThreadLocalRandom.current().nextInt(200));
    long pid = numbers(survivor.messages(id).reversed(), STARTED).getLast();
    Optional<ProcessHandle> child = ProcessHandle.of(pid).filter(ProcessHandle::isAlive);
    assumeThat(child).as("the run is not over before its disaster").isPresent();
    return child.orElseThrow();
  }

  /// As when the power goes: a checkpoint of which only some was written, and half a line of log.
  private static void leaveHalfOfEverything(RunFolder folder) throws IOException {
    RunFolder.Checkpoint newest = folder.checkpoints().getLast();
    for (long step : List.of(newest.step() + 3, newest.step() + BETWEEN_CHECKPOINTS)) {
      Path half =
          Files.createDirectories(folder.path().resolve(".checkpoint-%d.tmp".formatted(step)));
      byte[] weights = Files.readAllBytes(newest.folder().resolve("model.safetensors"));
      Files.write(half.resolve("model.safetensors"), Arrays.copyOf(weights, weights.length / 2));
    }
    Files.writeString(folder.log(), "{\"current_steps\": 3", StandardOpenOption.APPEND);
  }

  private static void signal(String name, long pid) throws IOException, InterruptedException {
    new ProcessBuilder("kill", "-" + name, Long.toString(pid)).start().waitFor();
  }

  private static String spec(String file, int steps) {
    return """
    {"model": "tiny", "training_file": "%s", "seed": 3,
     "method": {"type": "supervised", "supervised": {"hyperparameters":
       {"max_steps": %d, "batch_size": 4, "learning_rate": 1e-3, "checkpoint_steps": %d}}}}\
    """
        .formatted(file, steps, BETWEEN_CHECKPOINTS);
  }

  private static String status(JsonNode job) {
    return job.path("status").asString("");
  }

  private static List<Long> numbers(List<String> messages, Pattern pattern) {
    return messages.stream()
        .map(pattern::matcher)
        .filter(Matcher::lookingAt)
        .map(found -> Long.parseLong(found.group(1)))
        .toList();
  }

  /// A process that has ended has no command line, also where its parent has not taken note.
  private static boolean isDead(long pid) {
    return ProcessHandle.of(pid)
        .filter(process -> process.info().arguments().isPresent())
        .isEmpty();
  }

  private static RunFolder folderOf(TestService service, String id) {
    return service.bean(RunFolders.class).of(new JobId(id));
  }
}
