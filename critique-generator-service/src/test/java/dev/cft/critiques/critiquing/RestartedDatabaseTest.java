package dev.cft.critiques.critiquing;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cft.critiques.testing.Api;
import dev.cft.critiques.testing.FakeTeacher;
import dev.cft.critiques.testing.LoopbackTeachers;
import dev.cft.critiques.testing.ServiceProcess;
import dev.cft.store.testing.DurableDatabase;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Postgres stopped and started again in the middle of a job: once in order, once as if it had
/// crashed. The system property `cft.test.restarts` says how often in turn (2).
class RestartedDatabaseTest {
  private static final int ROWS = 150;
  private static final int CONCURRENCY = 4;

  @Test
  void answers_wait_for_the_database_and_nothing_is_paid_twice(@TempDir Path folder)
      throws IOException, InterruptedException {
    var fake = new FakeTeacher();
    fake.usually("slow", FakeTeacher.hang(100));
    try (var database = new DurableDatabase(folder.resolve("postgres"));
        var service =
            ServiceProcess.start(database.address(), properties(fake), folder).awaitReady()) {
      for (int restart = 0; restart < Integer.getInteger("cft.test.restarts", 2); restart++) {
        var isCrash = restart % 2 == 1;
        var before = fake.calls("slow").size();
        var job = "/v1/critiques/jobs/" + submit(service.api(), restart);
        service.api().until(job, state -> state.path("progress").path("done").asInt() >= 20);

        if (isCrash) {
          database.crash();
        } else {
          database.stop();
        }
        database.comeBack();
        service.api().awaitAnswer(job);
        var ended = service.api().ended(job, Duration.ofMinutes(2));
        var calls = fake.calls("slow").size() - before;
        System.out.printf(
            "database %s: %d rows, %d calls%n", isCrash ? "crashed" : "restarted", ROWS, calls);

        assertThat(ended.path("result").path("ok").asInt()).isEqualTo(ROWS);
        assertThat(calls).isEqualTo(ROWS);
        assertThat(ended.path("attempts").asInt()).isEqualTo(1);
        assertThat(
                service
                    .api()
                    .get("/v1/teachers/slow")
                    .ok()
                    .json()
                    .path("usage")
                    .path("calls")
                    .asInt())
            .isEqualTo(fake.calls("slow").size());
      }
    }
  }

  private static Map<String, String> properties(FakeTeacher fake) {
    var properties =
        new HashMap<>(
            LoopbackTeachers.teacher(
                fake, "slow", Map.of("concurrency", Integer.toString(CONCURRENCY))));
    // longer than the database is away: the job is not lost meanwhile
    properties.put("cft.jobs.lease", "120s");
    return properties;
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
}
