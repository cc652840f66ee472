package dev.cft.store.jobs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.cft.store.StoreTest;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.context.annotation.Import;

/// A worker with its threads, in real time.
@StoreTest
@Import(JobBench.class)
class RunningWorkerTest {
  @Autowired JobBench bench;
  @Autowired Jobs jobs;
  private @Nullable JobWorker worker;

  @BeforeEach
  void emptyQueue() {
    bench.emptyQueue();
  }

  @AfterEach
  void stop() {
    if (worker != null) {
      worker.stop();
    }
  }

  @Test
  void a_notification_wakes_the_worker_long_before_it_would_look() throws InterruptedException {
    var began = new CountDownLatch(1);
    start(
        Duration.ofMinutes(10),
        run -> {
          began.countDown();
          return JobBench.succeed(run);
        });
    Thread.sleep(500);

    bench.submit();

    assertThat(began.await(5, java.util.concurrent.TimeUnit.SECONDS)).isTrue();
  }

  @Test
  void polling_finds_what_no_notification_told() {
    start(Duration.ofMillis(100), JobBench::succeed);
    await().until(() -> worker != null && worker.isRunning());
    bench.jdbc.sql("alter table jobs disable trigger jobs_announce_new").update();
    try {
      var job = bench.submit();

      await()
          .untilAsserted(
              () -> assertThat(bench.reread(job).status()).isEqualTo(JobStatus.SUCCEEDED));
    } finally {
      bench.jdbc.sql("alter table jobs enable trigger jobs_announce_new").update();
    }
  }

  @Test
  void a_cancelled_job_stops_soon() {
    var last = new AtomicReference<JobRun.Signal>();
    start(Duration.ofMillis(100), run -> untilSignalled(run, last));
    var job = bench.submit();
    await().until(() -> bench.reread(job).status() == JobStatus.RUNNING);

    jobs.cancel(job.id());

    await().untilAsserted(() -> assertThat(last).hasValue(JobRun.Signal.LEASE_LOST));
    assertThat(bench.reread(job).status()).isEqualTo(JobStatus.CANCELLED);
  }

  @Test
  void a_running_job_is_paused_and_resumed() {
    var last = new AtomicReference<JobRun.Signal>();
    start(
        Duration.ofMillis(100),
        run -> {
          untilSignalled(run, last);
          return new Outcome.Paused();
        });
    var job = bench.submit();
    await().until(() -> bench.reread(job).status() == JobStatus.RUNNING);

    assertThat(jobs.pause(job.id()).status()).isEqualTo(JobStatus.PAUSING);

    await().until(() -> bench.reread(job).status() == JobStatus.PAUSED);
    assertThat(last).hasValue(JobRun.Signal.PAUSE);
    jobs.resume(job.id());
    await().until(() -> bench.reread(job).status() == JobStatus.RUNNING);
  }

  @Test
  void a_worker_that_stops_gives_its_jobs_back() {
    var last = new AtomicReference<JobRun.Signal>();
    start(
        Duration.ofMillis(100),
        run -> {
          untilSignalled(run, last);
          return new Outcome.Released();
        });
    var job = bench.submit();
    await().until(() -> bench.reread(job).status() == JobStatus.RUNNING);

    stop();

    assertThat(last).hasValue(JobRun.Signal.SHUTDOWN);
    assertThat(bench.reread(job).status()).isEqualTo(JobStatus.QUEUED);
    assertThat(bench.reread(job).attempts()).isZero();
  }

  @Test
  void a_handler_that_does_not_listen_is_interrupted_and_its_job_given_back() {
    var interrupted = new CountDownLatch(1);
    start(
        Duration.ofMillis(100),
        run -> {
          try {
            Thread.sleep(Duration.ofMinutes(1));
            return JobBench.succeed(run);
          } catch (InterruptedException e) {
            interrupted.countDown();
            throw e;
          }
        });
    var job = bench.submit();
    await().until(() -> bench.reread(job).status() == JobStatus.RUNNING);

    stop();

    await().until(() -> interrupted.getCount() == 0);
    assertThat(bench.reread(job).status()).isEqualTo(JobStatus.QUEUED);
  }

  @Test
  void no_more_jobs_run_at_once_than_there_are_slots() {
    start(Duration.ofMillis(50), run -> untilSignalled(run, new AtomicReference<>()));
    bench.submit(5);

    await().until(() -> running() == 2);
    await().during(Duration.ofMillis(500)).until(() -> running() == 2);
  }

  @Test
  void waiting_for_a_change_ends_when_a_job_changes() throws InterruptedException {
    var since = jobs.changeCount();
    jobs.awaitChange(since, Duration.ofMillis(200));
    assertThat(jobs.changeCount()).isEqualTo(since);

    var start = System.nanoTime();
    Thread.ofVirtual().start(() -> bench.submit());
    jobs.awaitChange(since, Duration.ofSeconds(30));

    assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(10));
    assertThat(jobs.changeCount()).isGreaterThan(since);
  }

  @Test
  void a_bad_input_is_told_while_all_slots_are_taken() {
    start(Duration.ofMillis(100), new Refusing());
    bench.submit(2);
    await().until(() -> running() == 2);

    var bad = jobs.submit(JobBench.job().validatedFirst());

    await().until(() -> bench.reread(bad).status() == JobStatus.FAILED);
    assertThat(running()).isEqualTo(2);
  }

  /// Finds fault with every input, and never ends a run by itself.
  private record Refusing() implements JobHandler {
    @Override
    public JobKind kind() {
      return JobKind.RESPONSES;
    }

    @Override
    public void validate(Job job) {
      throw new JobFailedException(new JobError("bad_input", "no rows", null));
    }

    @Override
    public Outcome run(JobRun run) throws InterruptedException {
      return untilSignalled(run, new AtomicReference<>());
    }
  }

  private long running() {
    return jobs.list(JobQuery.newest(JobKind.RESPONSES, 10)).data().stream()
        .filter(job -> job.status() == JobStatus.RUNNING)
        .count();
  }

  private void start(Duration poll, Work work) {
    start(poll, new Handler(work));
  }

  private void start(Duration poll, JobHandler handler) {
    var settings =
        new JobsProperties(
            Map.of(JobKind.RESPONSES, 2),
            1,
            Duration.ofSeconds(30),
            Duration.ofMillis(100),
            poll,
            3,
            Duration.ofSeconds(2),
            Duration.ofSeconds(1),
            true);
    var real =
        new JobTables(
            new JobClaims(bench.jdbc, InstantSource.system(), settings),
            bench.tables.records(),
            bench.tables.transitions(),
            bench.tables.completions(),
            bench.tables.transactions(),
            InstantSource.system());
    worker =
        new JobWorker("running", List.of(handler), real, bench.feed, settings, WorkerWatch.NONE);
    worker.start();
  }

  private static Outcome untilSignalled(JobRun run, AtomicReference<JobRun.Signal> last)
      throws InterruptedException {
    while (run.signal() == JobRun.Signal.GO_ON) {
      Thread.sleep(10);
    }
    last.set(run.signal());
    return new Outcome.Released();
  }
}
