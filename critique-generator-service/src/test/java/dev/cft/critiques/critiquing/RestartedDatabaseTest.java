package dev.cft.critiques.critiquing;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cft.critiques.testing.Api;
import dev.cft.critiques.testing.FakeTeacher;
import dev.cft.critiques.testing.LoopbackTeachers;
import dev.cft.critiques.testing.ServiceProcess;
import dev.cft.store.testing.TestDatabase;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Postgres stopped and started again in the middle of a job: once in order, once as if it had
/// crashed. The system property `cft.test.restarts` says how often in turn (2).
class RestartedDatabaseTest {
  private static final int ROWS = 150;
  private static final int CONCURRENCY = 4;

  /// The calls in flight, and the answers that came between two writes (0.1 s) and were lost with
  /// the connection: 8 when last measured.
  private static final int PAID_TWICE = 4 * CONCURRENCY;

  @Test
  void every_row_ends_once_and_little_is_paid_twice(@TempDir Path folder)
      throws IOException, InterruptedException {
    var data = folder.resolve("postgres");
    var postgres =
        EmbeddedPostgres.builder().setDataDirectory(data).setCleanDataDirectory(false).start();
    var port = postgres.getPort();
    var database =
        new TestDatabase.Database(postgres.getJdbcUrl("postgres", "postgres"), "postgres", "");
    var fake = new FakeTeacher();
    fake.usually("slow", FakeTeacher.hang(100));
    var properties =
        new HashMap<>(
            LoopbackTeachers.teacher(
                fake, "slow", Map.of("concurrency", Integer.toString(CONCURRENCY))));
    // longer than the database is away: the job is not lost meanwhile
    properties.put("cft.jobs.lease", "120s");

    try (var service = ServiceProcess.start(database, properties, folder).awaitReady()) {
      for (int restart = 0; restart < Integer.getInteger("cft.test.restarts", 2); restart++) {
        var isCrash = restart % 2 == 1;
        var before = fake.calls("slow").size();
        var job = submit(service.api(), restart);
        service
            .api()
            .until(
                "/v1/critiques/jobs/" + job,
                state -> state.path("progress").path("done").asInt() >= 20);

        if (isCrash) {
          crash(data);
        }
        postgres.close();
        postgres =
            EmbeddedPostgres.builder()
                .setDataDirectory(data)
                .setCleanDataDirectory(false)
                .setPort(port)
                .start();
        service.api().awaitAnswer("/v1/critiques/jobs/" + job);
        var ended = service.api().ended("/v1/critiques/jobs/" + job, Duration.ofMinutes(2));
        var calls = fake.calls("slow").size() - before;

        assertThat(ended.path("result").path("ok").asInt()).isEqualTo(ROWS);
        assertThat(calls).isBetween(ROWS, ROWS + PAID_TWICE);
        System.out.printf(
            "database %s: %d rows, %d calls%n", isCrash ? "crashed" : "restarted", ROWS, calls);
      }
    } finally {
      postgres.close();
    }
  }

  private static String submit(Api api, int round) {
    var lines =
        IntStream.range(0, ROWS)
            .mapToObj(i ->
                "{\"question\":\"%d: q%d?\",\"response\":\"It is %d.\"}".formatted(round, i, i))
            .collect(Collectors.joining("\n"));
    var dataset = api.dataset(lines, Map.of());
    return api.post("/v1/critiques/jobs", Map.of("input", dataset, "teacher", "slow"))
        .ok()
        .text("id");
  }

  /// An immediate shutdown: nothing is finished or flushed, and the next start recovers.
  private static void crash(Path data) throws IOException, InterruptedException {
    var pid = Files.readAllLines(data.resolve("postmaster.pid")).getFirst().strip();
    var postmaster = ProcessHandle.of(Long.parseLong(pid)).orElseThrow();
    new ProcessBuilder("kill", "-QUIT", pid).inheritIO().start().waitFor();
    postmaster.onExit().orTimeout(60, TimeUnit.SECONDS).join();
  }
}
