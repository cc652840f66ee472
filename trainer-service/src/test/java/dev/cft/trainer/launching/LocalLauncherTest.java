package dev.cft.trainer.launching;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.cft.store.jobs.JobId;
import dev.cft.trainer.TrainerProperties;
import dev.cft.trainer.devices.Devices;
import dev.cft.trainer.runs.RunFolder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.OptionalInt;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.util.unit.DataSize;

class LocalLauncherTest {
  private static final Duration LONG = Duration.ofSeconds(30);
  private static final JobId JOB = new JobId("ftjob-1");

  @TempDir Path runs;
  private final LocalLauncher launcher = launcher(1);
  private RunFolder folder;

  @BeforeEach
  void makeRunFolder() throws IOException {
    folder = new RunFolder(runs.resolve("ftjob-1")).create();
    Files.writeString(folder.spec(), "{}");
  }

  @Test
  void a_process_told_to_stop_ends_as_the_contract_says() throws Exception {
    try (TrainingProcess process = launcher.start(order(JOB, folder))) {
      awaitReady(folder);

      process.stop();

      assertThat(process.await(LONG)).hasValue(75);
    }
  }

  @Test
  void a_process_that_does_not_stop_in_time_is_killed() throws Exception {
    Files.writeString(folder.spec(), "\"stubborn\"");
    try (TrainingProcess process = launcher.start(order(JOB, folder))) {
      awaitReady(folder);

      process.stop();

      assertThat(process.await(LONG)).hasValue(137);
    }
  }

  @Test
  void closing_ends_the_process_and_gives_the_slot_back() throws Exception {
    TrainingProcess process = launcher.start(order(JOB, folder));
    long pid = awaitReady(folder);
    assertThat(running(launcher))
        .extracting(NodeState.Running::process)
        .containsExactly(Long.toString(pid));

    process.close();

    assertThat(ProcessHandle.of(pid).filter(ProcessHandle::isAlive)).isEmpty();
    assertThat(running(launcher)).isEmpty();
  }

  @Test
  void a_second_process_waits_for_the_slot() throws Exception {
    RunFolder other = new RunFolder(runs.resolve("ftjob-2")).create();
    Files.writeString(other.spec(), "{}");
    TrainingProcess first = launcher.start(order(JOB, folder));

    CompletableFuture<TrainingProcess> second =
        CompletableFuture.supplyAsync(() -> start(launcher, new JobId("ftjob-2"), other));
    Thread.sleep(Duration.ofMillis(300));
    assertThat(second).isNotDone();
    first.close();

    second.get(30, TimeUnit.SECONDS).close();
  }

  @Test
  void an_orphan_of_a_dead_service_is_stopped_before_the_next_starts() throws Exception {
    Process service = serviceInItsOwnProcess();
    long orphan = awaitReady(folder);
    Files.delete(folder.path().resolve("ready"));
    service.destroyForcibly().waitFor();

    try (TrainingProcess process = launcher.start(order(JOB, folder))) {
      long next = awaitReady(folder);

      assertThat(next).isNotEqualTo(orphan);
      assertThat(ProcessHandle.of(orphan).filter(LocalLauncherTest::isRunning)).isEmpty();
      assertThat(process.await(Duration.ZERO)).isEqualTo(OptionalInt.empty());
    }
  }

  /// A killed process stays in the system's table until its parent takes note, and this one cannot.
  @Test
  void a_process_whose_service_hangs_is_not_waited_for_once_it_has_ended() throws Exception {
    Process service = serviceInItsOwnProcess();
    awaitReady(folder);
    Files.delete(folder.path().resolve("ready"));
    signal("STOP", service);

    try (TrainingProcess process = launcher(Duration.ofMinutes(10)).start(order(JOB, folder))) {
      awaitReady(folder);

      assertThat(process.await(Duration.ZERO)).isEqualTo(OptionalInt.empty());
    } finally {
      service.destroyForcibly().waitFor();
    }
  }

  @Test
  void an_orphan_stops_by_itself_when_no_service_comes_back() throws Exception {
    Process service = serviceInItsOwnProcess();
    long orphan = awaitReady(folder);

    service.destroyForcibly().waitFor();

    ProcessHandle.of(orphan).ifPresent(process -> join(process.onExit()));
    assertThat(ProcessHandle.of(orphan).filter(ProcessHandle::isAlive)).isEmpty();
  }

  @Test
  void two_services_never_train_in_one_folder() throws Exception {
    try (TrainingProcess first = launcher(1).start(order(JOB, folder))) {
      awaitReady(folder);
      Files.delete(folder.path().resolve("trainer.pid"));
      LocalLauncher other = launcher(1);

      try (TrainingProcess second = other.start(order(JOB, folder))) {
        assertThat(second.await(LONG)).hasValue(76);
        assertThat(first.await(Duration.ZERO)).isEmpty();
      }
    }
  }

  @Test
  void secrets_of_the_service_are_not_handed_on() throws Exception {
    var command = new ChildCommand(settings(1));

    var environment =
        command.of(order(JOB, folder), new ChildCommand.Share(2, List.of())).environment();

    assertThat(environment)
        .containsEntry("OMP_NUM_THREADS", "2")
        .containsKey("CLASSPATH")
        .doesNotContainKeys("CFT_OPERATOR_KEY", "SPRING_DATASOURCE_PASSWORD", "JAVA_HOME");
  }

  @Test
  void each_process_sees_its_own_gpus_only() throws Exception {
    LocalLauncher gpus = launcher(4, "0", "2", "4", "6");
    RunFolder other = new RunFolder(runs.resolve("ftjob-2")).create();
    Files.writeString(other.spec(), "{}");

    try (var one = gpus.start(order(JOB, folder));
        var three = gpus.start(order(new JobId("ftjob-2"), 3, other))) {
      awaitReady(folder);
      awaitReady(other);

      assertThat(folder.path().resolve("devices")).hasContent("0");
      assertThat(other.path().resolve("devices")).hasContent("2,4,6");
      assertThat(gpus.nodes().getFirst().freeSlots()).isZero();
      assertThat(one.where()).isNotEqualTo(three.where());
    }
    assertThat(gpus.nodes().getFirst().freeSlots()).isEqualTo(4);
  }

  @Test
  void a_machine_is_not_given_more_slots_than_it_has_gpus() {
    assertThatThrownBy(() -> launcher(3, "0", "1"))
        .hasMessage(
            "cft.trainer.local.slots is 3; this machine has 2 GPUs to train on, and a slot is one");
  }

  static TrainerProperties.Local settings(int slots) {
    return settings(slots, Duration.ofSeconds(3));
  }

  private static TrainerProperties.Local settings(int slots, Duration stopGrace) {
    return new TrainerProperties.Local(
        slots,
        1,
        DataSize.ofMegabytes(64),
        stopGrace,
        Duration.ofMillis(100),
        List.of("-XX:TieredStopAtLevel=1"));
  }

  private static LocalLauncher launcher(int slots, String... gpus) {
    return new LocalLauncher(settings(slots), new Devices(List.of(gpus)), InstantSource.system());
  }

  private static LocalLauncher launcher(Duration stopGrace) {
    return new LocalLauncher(
        settings(1, stopGrace), new Devices(List.of()), InstantSource.system());
  }

  private static void signal(String name, Process process) throws Exception {
    new ProcessBuilder("kill", "-" + name, Long.toString(process.pid())).start().waitFor();
  }

  private static LaunchOrder order(JobId job, RunFolder folder) {
    return order(job, 1, folder);
  }

  static LaunchOrder order(JobId job, int slots, RunFolder folder) {
    return new LaunchOrder(job, slots, 0, WaitingEngine.class.getName(), null, folder);
  }

  private static List<NodeState.Running> running(LocalLauncher launcher) {
    return launcher.nodes().getFirst().running();
  }

  private static TrainingProcess start(LocalLauncher launcher, JobId job, RunFolder folder) {
    try {
      return launcher.start(order(job, folder));
    } catch (IOException | InterruptedException failure) {
      throw new IllegalStateException(failure);
    }
  }

  private Process serviceInItsOwnProcess() throws IOException {
    return new ProcessBuilder(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-cp",
            System.getProperty("java.class.path"),
            DyingService.class.getName(),
            folder.path().toString())
        .inheritIO()
        .start();
  }

  private static long awaitReady(RunFolder folder) throws Exception {
    Path ready = folder.path().resolve("ready");
    for (int i = 0; i < 600 && !isWritten(ready); i++) {
      Thread.sleep(Duration.ofMillis(50));
    }
    return Long.parseLong(Files.readString(ready));
  }

  /// One that has ended and whose parent has not taken note yet has no command line.
  private static boolean isRunning(ProcessHandle process) {
    return process.info().arguments().isPresent();
  }

  private static boolean isWritten(Path file) throws IOException {
    return Files.exists(file) && Files.size(file) > 0;
  }

  private static void join(CompletableFuture<ProcessHandle> end) {
    try {
      end.get(30, TimeUnit.SECONDS);
    } catch (InterruptedException | ExecutionException | java.util.concurrent.TimeoutException e) {
      throw new IllegalStateException("the process still runs", e);
    }
  }
}
