package dev.cft.critiques.critiquing;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cft.critiques.testing.Api;
import dev.cft.critiques.testing.FakeTeacher;
import dev.cft.critiques.testing.LoopbackTeachers;
import dev.cft.critiques.testing.ServiceProcess;
import dev.cft.store.testing.TestDatabase;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.jdbc.core.simple.JdbcClient;

/// One of two replicas killed with SIGKILL in the middle of a job, again and again; the other goes
/// on. The system property `cft.test.kills` says how often (3).
class KilledReplicaTest {
  private static final int ROWS = 120;
  private static final int CONCURRENCY = 4;

  private final List<ServiceProcess> replicas = new ArrayList<>();

  @AfterEach
  void killAll() throws InterruptedException {
    for (var replica : replicas) {
      replica.close();
    }
  }

  @Test
  void every_row_gets_one_outcome_and_only_calls_in_flight_are_paid_twice(@TempDir Path folder)
      throws IOException, InterruptedException {
    var database = TestDatabase.create();
    var jdbc = JdbcClient.create(TestDatabase.dataSource(database));
    var fake = new FakeTeacher();
    fake.usually("slow", FakeTeacher.hang(100));
    var teacher =
        LoopbackTeachers.teacher(
            fake, "slow", Map.of("concurrency", Integer.toString(CONCURRENCY)));
    replicas.add(ServiceProcess.start(database, teacher, folder).awaitReady());
    replicas.add(ServiceProcess.start(database, teacher, folder));

    for (int kill = 1; kill <= Integer.getInteger("cft.test.kills", 3); kill++) {
      replicas.get(1).awaitReady();
      var callsBefore = fake.calls("slow").size();
      var job = submit(replicas.getFirst().api(), kill);
      var other = killTheHolder(jdbc, job);
      replicas.add(ServiceProcess.start(database, teacher, folder));

      var ended = other.ended("/v1/critiques/jobs/" + job, Duration.ofMinutes(2));
      var calls = fake.calls("slow").size() - callsBefore;

      assertThat(ended.path("result").path("ok").asInt()).isEqualTo(ROWS);
      assertThat(questions(other, ended.path("dataset").asString())).hasSize(ROWS);
      assertThat(calls).isBetween(ROWS, ROWS + CONCURRENCY);
      System.out.printf("kill %d: %d rows, %d calls%n", kill, ROWS, calls);
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

  /// Kills the replica that does the job once it is well under way; tells the other.
  private Api killTheHolder(JdbcClient jdbc, String job) throws InterruptedException {
    replicas
        .getFirst()
        .api()
        .until(
            "/v1/critiques/jobs/" + job,
            state -> state.path("progress").path("done").asInt() >= 20);
    var owner =
        jdbc.sql("select lease_owner from jobs where id = :id")
            .param("id", job)
            .query(String.class)
            .single();
    var holder =
        replicas.stream()
            .filter(replica -> owner.contains(Long.toString(replica.pid())))
            .findFirst()
            .orElseThrow(() -> new AssertionError("no replica is " + owner));
    holder.kill();
    replicas.remove(holder);
    return replicas.getFirst().api();
  }

  private static Set<String> questions(Api api, String dataset) {
    var rows = api.get("/v1/datasets/%s/rows?limit=1000".formatted(dataset)).ok().json();
    var questions = new HashSet<String>();
    assertThat(rows.path("data")).hasSize(ROWS);
    rows.path("data").forEach(row -> questions.add(row.path("question").asString()));
    return questions;
  }
}
