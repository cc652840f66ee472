package dev.cft.critiques.critiquing;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cft.critiques.CritiqueGeneratorApplication;
import dev.cft.critiques.testing.Api;
import dev.cft.critiques.testing.FakeTeacher;
import dev.cft.critiques.testing.LoopbackTeachers;
import dev.cft.store.testing.TestDatabase;
import java.io.IOException;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A service killed with SIGKILL in the middle of a job; another one on the same database goes on.
class KilledWorkerTest {
  private static final int ROWS = 150;
  private static final int CONCURRENCY = 4;

  private final List<Process> services = new ArrayList<>();

  @AfterEach
  void killAll() throws InterruptedException {
    for (var service : services) {
      service.destroyForcibly().waitFor(10, TimeUnit.SECONDS);
    }
  }

  @Test
  void every_row_gets_one_outcome_and_only_calls_in_flight_are_paid_twice(@TempDir Path folder)
      throws IOException, InterruptedException {
    var database = TestDatabase.create();
    var fake = new FakeTeacher();
    fake.usually("slow", FakeTeacher.hang(100));

    var first = start(database, fake, folder);
    var lines =
        IntStream.range(0, ROWS)
            .mapToObj(i -> "{\"question\":\"q%d?\",\"response\":\"It is %d.\"}".formatted(i, i))
            .collect(Collectors.joining("\n"));
    var dataset = first.dataset(lines, Map.of());
    var id =
        first
            .post("/v1/critiques/jobs", Map.of("input", dataset, "teacher", "slow"))
            .ok()
            .text("id");
    var job = "/v1/critiques/jobs/" + id;
    first.until(job, state -> state.path("progress").path("done").asInt() >= 20);
    services.getFirst().destroyForcibly().waitFor();

    var second = start(database, fake, folder);
    var ended = second.ended(job, Duration.ofMinutes(2));

    assertThat(ended.path("status").asString()).isEqualTo("succeeded");
    assertThat(ended.path("result").path("ok").asInt()).isEqualTo(ROWS);
    assertThat(ended.path("attempts").asInt()).isEqualTo(2);
    var rows =
        second
            .get("/v1/datasets/%s/rows?limit=1000".formatted(ended.path("dataset").asString()))
            .ok()
            .json()
            .path("data");
    var questions = new HashSet<String>();
    rows.forEach(row -> questions.add(row.path("question").asString()));
    assertThat(questions).hasSize(ROWS);
    // calls in flight at the kill, and answers that were about to be written
    assertThat(fake.calls("slow").size()).isBetween(ROWS, ROWS + 2 * CONCURRENCY);
    System.out.printf("killed worker: %d rows, %d calls%n", ROWS, fake.calls("slow").size());
  }

  private Api start(TestDatabase.Database database, FakeTeacher fake, Path folder)
      throws IOException, InterruptedException {
    var port = freePort();
    var command =
        new ArrayList<>(
            List.of(
                ProcessHandle.current().info().command().orElse("java"),
                "-Xmx512m",
                "-XX:TieredStopAtLevel=1",
                "-cp",
                System.getProperty("java.class.path"),
                CritiqueGeneratorApplication.class.getName(),
                "--server.port=" + port,
                "--spring.datasource.url=" + database.jdbcUrl(),
                "--spring.datasource.username=" + database.user(),
                "--spring.datasource.password=" + database.secret(),
                "--cft.operator-key=" + Api.KEY,
                "--cft.artifacts.dir=" + folder,
                "--cft.jobs.lease=3s",
                "--cft.jobs.heartbeat=1s"));
    LoopbackTeachers.teacher(fake, "slow", Map.of("concurrency", Integer.toString(CONCURRENCY)))
        .forEach((name, value) -> command.add("--" + name + "=" + value));
    var builder = new ProcessBuilder(command).redirectErrorStream(true);
    builder.environment().put("TEACHER_KEY", "sk-teacher-secret");
    builder.redirectOutput(folder.resolve("service-" + services.size() + ".log").toFile());
    services.add(builder.start());
    var api = new Api(port);
    api.awaitReady(services.getLast(), 120);
    return api;
  }

  private static int freePort() throws IOException {
    try (var socket = new ServerSocket(0)) {
      return socket.getLocalPort();
    }
  }
}
