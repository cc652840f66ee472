package dev.cft.store.jobs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.cft.store.StoreTest;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.context.annotation.Import;
import org.springframework.test.context.TestPropertySource;

/// A worker that stops moving, as in a suspended machine.
@StoreTest
@Import(JobBench.class)
@TestPropertySource(properties = {"cft.jobs.lease=1s", "cft.jobs.heartbeat=500ms"})
class HangingWorkerTest {
  @Autowired JobBench bench;

  @Test
  void one_that_hangs_in_a_transaction_loses_its_job_with_its_lease() throws InterruptedException {
    bench.emptyQueue();
    var job = bench.submit();
    var hangs = new CountDownLatch(1);
    var isOver = new CountDownLatch(1);
    var hanging =
        bench.worker(
            "hanging",
            run ->
                run.fenced(() -> {
                  hangs.countDown();
                  awaitUninterrupted(isOver);
                  return JobBench.succeed(run);
                }));
    var thread = Thread.ofPlatform().daemon().start(hanging::runOne);
    hangs.await();
    bench.clock.pass(Duration.ofDays(2));

    await().atMost(Duration.ofSeconds(60)).until(bench.worker(JobBench::succeed)::runOne);
    isOver.countDown();
    thread.join();

    assertThat(bench.reread(job).status()).isEqualTo(JobStatus.SUCCEEDED);
    assertThat(bench.reread(job).attempts()).isEqualTo(2);
  }

  private static void awaitUninterrupted(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException stopped) {
      throw new IllegalStateException(stopped);
    }
  }
}
