package dev.cft.store.jobs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.cft.store.StoreTest;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.jdbc.autoconfigure.JdbcConnectionDetails;
import org.springframework.context.annotation.Import;

/// `kill -9` of a process that works on a job.
@StoreTest
@Import(JobBench.class)
class KilledWorkerTest {
  @Autowired JobBench bench;
  @Autowired JdbcConnectionDetails database;

  @BeforeEach
  void emptyQueue() {
    bench.emptyQueue();
  }

  @Test
  void a_killed_worker_loses_nothing_and_the_job_goes_on_elsewhere() throws Exception {
    var job = bench.submit();
    var process = startWorkerProcess();
    try {
      await()
          .atMost(Duration.ofSeconds(60))
          .until(() -> bench.reread(job).progress().done() > 0 || !process.isAlive());
    } finally {
      process.destroyForcibly().waitFor();
    }
    var killed = bench.reread(job);
    assertThat(killed.status()).isEqualTo(JobStatus.RUNNING);
    assertThat(killed.stage()).isEqualTo("in the child");
    bench.clock.pass(Duration.ofDays(2));

    bench
        .worker(run -> {
          assertThat(run.job().progress()).isEqualTo(killed.progress());
          return JobBench.succeed(run);
        })
        .runOne();

    assertThat(bench.reread(job).status()).isEqualTo(JobStatus.SUCCEEDED);
    assertThat(bench.reread(job).attempts()).isEqualTo(2);
  }

  private Process startWorkerProcess() throws IOException {
    var java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
    return new ProcessBuilder(
            java,
            "-Xmx128m",
            "-XX:TieredStopAtLevel=1",
            "-cp",
            System.getProperty("java.class.path"),
            EndlessWorker.class.getName(),
            String.valueOf(database.getJdbcUrl()),
            String.valueOf(database.getUsername()),
            String.valueOf(database.getPassword()))
        .redirectErrorStream(true)
        .redirectOutput(Path.of("target", "killed-worker.log").toFile())
        .start();
  }
}
