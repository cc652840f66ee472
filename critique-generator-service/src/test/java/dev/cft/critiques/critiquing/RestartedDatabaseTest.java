package dev.cft.critiques.critiquing;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cft.critiques.testing.FakeTeacher;
import dev.cft.critiques.testing.LoopbackTeachers;
import dev.cft.critiques.testing.ServiceProcess;
import dev.cft.store.testing.TestDatabase;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Postgres stopped and started again in the middle of a job.
class RestartedDatabaseTest {
  private static final int ROWS = 100;
  private static final int CONCURRENCY = 4;

  @Test
  void answers_wait_for_the_database_and_nothing_is_paid_twice(@TempDir Path folder)
      throws IOException, InterruptedException {
    var data = folder.resolve("postgres");
    var postgres =
        EmbeddedPostgres.builder().setDataDirectory(data).setCleanDataDirectory(false).start();
    var port = postgres.getPort();
    var database =
        new TestDatabase.Database(postgres.getJdbcUrl("postgres", "postgres"), "postgres", "");
    var fake = new FakeTeacher();
    fake.usually("slow", FakeTeacher.hang(100));
    var teacher =
        LoopbackTeachers.teacher(
            fake, "slow", Map.of("concurrency", Integer.toString(CONCURRENCY)));

    try (var service = ServiceProcess.start(database, teacher, folder).awaitReady()) {
      var api = service.api();
      var lines =
          IntStream.range(0, ROWS)
              .mapToObj(i -> "{\"question\":\"q%d?\",\"response\":\"It is %d.\"}".formatted(i, i))
              .collect(Collectors.joining("\n"));
      var dataset = api.dataset(lines, Map.of());
      var job =
          api.post("/v1/critiques/jobs", Map.of("input", dataset, "teacher", "slow"))
              .ok()
              .text("id");
      api.until(
          "/v1/critiques/jobs/" + job, state -> state.path("progress").path("done").asInt() >= 20);

      postgres.close();
      postgres =
          EmbeddedPostgres.builder()
              .setDataDirectory(data)
              .setCleanDataDirectory(false)
              .setPort(port)
              .start();
      api.awaitAnswer("/v1/critiques/jobs/" + job);
      var ended = api.ended("/v1/critiques/jobs/" + job, Duration.ofMinutes(2));

      assertThat(ended.path("result").path("ok").asInt()).isEqualTo(ROWS);
      assertThat(fake.calls("slow").size()).isBetween(ROWS, ROWS + CONCURRENCY);
      System.out.printf("database restarted: %d rows, %d calls%n", ROWS, fake.calls("slow").size());
    } finally {
      postgres.close();
    }
  }
}
