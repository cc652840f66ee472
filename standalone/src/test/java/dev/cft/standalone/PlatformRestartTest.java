package dev.cft.standalone;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cft.standalone.client.PlatformClient;
import dev.cft.standalone.problems.ProblemSets;
import dev.cft.store.StoreJson;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/// What outlives the process: everything.
@Timeout(value = 15, unit = TimeUnit.MINUTES)
class PlatformRestartTest {
  @TempDir Path dir;

  @Test
  void a_stopped_platform_leaves_no_process_and_the_next_start_finds_its_files() throws Exception {
    String file;
    ProcessHandle postgres;
    try (var first = PlatformProcess.up(dir)) {
      file = upload(first);
      postgres = postgres();
      first.stop();
      assertThat(first.output()).contains("Stopping").endsWith("Stopped");
    }
    awaitGone(postgres);
    assertThat(dir.resolve("running.json")).doesNotExist();
    assertThat(dir.resolve("postgres/postmaster.pid")).doesNotExist();

    try (var second = PlatformProcess.up(dir)) {
      assertThat(client(second).text("/v1/files/" + file + "/content")).isEqualTo(rows());
      assertThat(second.output()).doesNotContain("sk-cft-").doesNotContain("killed");
    }
  }

  @Test
  void a_job_cut_off_by_kill_9_continues_on_the_next_start_and_ends() throws Exception {
    String job;
    try (var killed = PlatformProcess.up(dir)) {
      job = train(killed, upload(killed));
      await(killed, job, seen -> seen.path("progress").path("done").asLong() >= 10);
      killed.kill();
      assertThat(postgres().isAlive()).isTrue();
    }

    try (var again = PlatformProcess.up(dir)) {
      assertThat(again.output())
          .contains("an earlier run was killed and left its Postgres running");
      var ended =
          await(again, job, seen -> seen.path("status").asString().matches("succeeded|failed"));
      assertThat(ended.path("status").asString()).as(ended.toPrettyString()).isEqualTo("succeeded");
      assertThat(ended.path("result").path("steps").asLong()).isEqualTo(STEPS);
    }
  }

  private static final int STEPS = 60;

  private String train(PlatformProcess platform, String file) throws Exception {
    var hyperparameters =
        Map.of(
            "max_steps",
            STEPS,
            "batch_size",
            8,
            "micro_batch_size",
            8,
            "checkpoint_steps",
            5,
            "cutoff_len",
            256,
            "learning_rate",
            1e-4);
    var method =
        Map.of(
            "type",
            "supervised",
            "supervised",
            Map.of("target", "answer", "hyperparameters", hyperparameters));
    var request =
        Map.of("model", DemoBaseModel.NAME, "training_file", file, "method", method, "seed", 1);
    return client(platform).post("/v1/fine_tuning/jobs", request).path("id").asString();
  }

  private JsonNode await(PlatformProcess platform, String job, Predicate<JsonNode> condition)
      throws Exception {
    for (long end = System.nanoTime() + Duration.ofMinutes(10).toNanos(); ; ) {
      var seen = client(platform).get("/v1/jobs/" + job);
      if (condition.test(seen)) {
        return seen;
      }
      assertThat(System.nanoTime()).as(seen.toPrettyString()).isLessThan(end);
      Thread.sleep(200);
    }
  }

  /// It gives its pid file back a moment before it ends, and stays a zombie, which has no command
  /// any more, where nobody collects it.
  private static void awaitGone(ProcessHandle process) throws InterruptedException {
    for (int waited = 0; process.isAlive() && process.info().command().isPresent(); waited++) {
      assertThat(waited)
          .as("tenths of a second that Postgres has outlived the platform")
          .isLessThan(300);
      Thread.sleep(100);
    }
  }

  private ProcessHandle postgres() throws Exception {
    var pid = Files.readAllLines(dir.resolve("postgres/postmaster.pid")).getFirst();
    return ProcessHandle.of(Long.parseLong(pid)).orElseThrow();
  }

  private String upload(PlatformProcess platform) throws Exception {
    return client(platform)
        .upload("rows.jsonl", rows().getBytes(StandardCharsets.UTF_8), "user_data")
        .path("id")
        .asString();
  }

  private static String rows() {
    return ProblemSets.train(64).stream()
        .map(problem -> Map.of("question", problem.question(), "answer", problem.solution()))
        .map(StoreJson.mapper()::writeValueAsString)
        .collect(Collectors.joining("\n", "", "\n"));
  }

  private PlatformClient client(PlatformProcess platform) throws Exception {
    return new PlatformClient(
        platform.address(), Files.readString(dir.resolve("operator.key")).strip());
  }
}
