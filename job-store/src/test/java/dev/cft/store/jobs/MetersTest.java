package dev.cft.store.jobs;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cft.store.StoreTest;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.context.annotation.Import;

@StoreTest
@Import(JobBench.class)
class MetersTest {
  @Autowired JobBench bench;
  private final SimpleMeterRegistry registry = new SimpleMeterRegistry();

  @BeforeEach
  void emptyQueue() {
    bench.emptyQueue();
  }

  @Test
  void open_jobs_are_counted_by_kind_and_status() {
    bench.submit(2);
    bench.clock.pass(Duration.ofSeconds(30));
    bench.jobs.pause(bench.submit().id());

    new QueueMeters(bench.jdbc, bench.clock).bindTo(registry);

    assertThat(open("queued")).isEqualTo(2);
    assertThat(open("paused")).isEqualTo(1);
    assertThat(open("running")).isZero();
    assertThat(registry.get("cft.jobs.oldest.queued").tag("kind", "responses").gauge().value())
        .isEqualTo(30);
  }

  @Test
  void claims_and_attempts_are_timed() {
    bench.submit(2);
    var worker =
        new JobWorker(
            "w",
            List.of(new Handler(JobBench::succeed)),
            bench.tables,
            bench.feed,
            Settings.forTests(),
            new WorkerMeters(registry));

    while (worker.runOne()) {}

    // Thrice: for an input to check, then for a job to run.
    assertThat(registry.get("cft.jobs.claim").timer().count()).isEqualTo(6);
    assertThat(registry.get("cft.jobs.claimed").counter().count()).isEqualTo(2);
    assertThat(registry.get("cft.jobs.attempt").tag("end", "succeeded").timer().count())
        .isEqualTo(2);
  }

  private double open(String status) {
    return registry
        .get("cft.jobs.open")
        .tags("kind", "responses", "status", status)
        .gauge()
        .value();
  }
}
