package dev.cft.store.jobs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.cft.store.StoreTest;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.context.annotation.Import;

@StoreTest
@Import(JobBench.class)
class LeasesTest {
  private static final Duration LEASE = Settings.forTests().lease();

  @Autowired JobBench bench;
  @Autowired Jobs jobs;

  @BeforeEach
  void emptyQueue() {
    bench.emptyQueue();
  }

  @Test
  void a_held_job_is_not_claimed_by_another() {
    bench.claimed();

    bench.clock.pass(LEASE.minusSeconds(1));

    assertThat(bench.claim("second")).isEmpty();
  }

  @Test
  void a_lease_that_ran_out_can_be_claimed_again_with_a_greater_token() {
    var first = bench.claimed();

    bench.clock.pass(LEASE);
    var second = bench.claim("second");

    assertThat(second).hasSize(1);
    assertThat(second.getFirst().token()).isGreaterThan(first.token());
    assertThat(second.getFirst().job().attempts()).isEqualTo(2);
    assertThat(jobs.events(first.job().id(), 0, 10))
        .extracting(JobEvent::message)
        .contains("running again: first was lost");
  }

  @Test
  void a_renewed_lease_holds_on() {
    var claim = bench.claimed();

    bench.clock.pass(LEASE.minusSeconds(1));
    assertThat(bench.tables.claims().renew(List.of(claim)))
        .containsEntry(claim.job().id(), JobStatus.RUNNING);
    bench.clock.pass(LEASE.minusSeconds(1));

    assertThat(bench.claim("second")).isEmpty();
  }

  @Test
  void a_late_worker_changes_nothing() {
    var late = new HeldJob(bench.claimed(), bench.tables);
    bench.clock.pass(LEASE);
    bench.claim("second");
    var before = bench.reread(late.job());
    var wrote = new AtomicBoolean();

    assertThatThrownBy(() -> late.progress(new Progress(1, 2, "rows")))
        .isInstanceOf(LeaseLostException.class);
    assertThatThrownBy(() -> late.stage("late")).isInstanceOf(LeaseLostException.class);
    assertThatThrownBy(() -> late.event(JobEvent.Level.INFO, "late", null))
        .isInstanceOf(LeaseLostException.class);
    assertThatThrownBy(() -> late.metrics(1, Map.of("loss", 1.0)))
        .isInstanceOf(LeaseLostException.class);
    assertThatThrownBy(() -> late.fenced(() -> wrote.getAndSet(true)))
        .isInstanceOf(LeaseLostException.class);
    new JobAttempt(late, new Handler(JobBench::succeed), bench.tables, Settings.forTests())
        .run(() -> {});

    assertThat(wrote).isFalse();
    assertThat(late.signal()).isEqualTo(JobRun.Signal.LEASE_LOST);
    assertThat(bench.reread(late.job())).isEqualTo(before);
    assertThat(jobs.metricNames(late.job().id())).isEmpty();
    assertThat(jobs.events(late.job().id(), 0, 100))
        .extracting(JobEvent::message)
        .doesNotContain("late");
  }

  @Test
  void cancelling_takes_the_lease_away_at_once() {
    var held = new HeldJob(bench.claimed(), bench.tables);

    jobs.cancel(held.job().id());

    assertThatThrownBy(() -> held.stage("on")).isInstanceOf(LeaseLostException.class);
    assertThat(bench.tables.claims().renew(List.of(held.claim()))).isEmpty();
  }

  @Test
  void what_a_fenced_write_did_is_undone_when_it_fails() {
    var held = new HeldJob(bench.claimed(), bench.tables);

    assertThatThrownBy(() ->
            held.fenced(() -> {
              bench.submit();
              throw new IllegalStateException("stop");
            }))
        .hasMessage("stop");

    assertThat(jobs.list(JobQuery.newest(JobKind.RESPONSES, 10)).data()).hasSize(1);
  }

  @Test
  void a_job_whose_worker_is_lost_again_and_again_fails() {
    var job = bench.submit();
    for (int i = 0; i < Settings.forTests().maxAttempts(); i++) {
      assertThat(bench.claim("worker-" + i)).hasSize(1);
      bench.clock.pass(LEASE);
    }

    assertThat(bench.claim("another")).isEmpty();
    bench.worker(JobBench::succeed).tidy();

    assertThat(bench.reread(job).state())
        .isInstanceOfSatisfying(
            JobState.Failed.class,
            failed ->
                assertThat(failed.error())
                    .isEqualTo(
                        new JobError(
                            "worker_lost",
                            "the worker was lost 3 times in a row while it worked on this job, last worker-2",
                            null)));
  }

  @Test
  void a_long_job_that_gets_further_each_time_survives_any_number_of_lost_workers() {
    var job = bench.submit();
    for (int i = 0; i < 10; i++) {
      var claim = bench.claim("worker-" + i);
      assertThat(claim).hasSize(1);
      new HeldJob(claim.getFirst(), bench.tables).progress(new Progress(i + 1, 100, "steps"));
      bench.clock.pass(LEASE);
    }

    bench.worker(JobBench::succeed).tidy();

    assertThat(bench.reread(job).status()).isEqualTo(JobStatus.RUNNING);
  }

  @Test
  void a_job_whose_worker_is_lost_while_it_pauses_is_paused() {
    var job = bench.jobIn(JobStatus.PAUSING);
    bench.clock.pass(LEASE);

    assertThat(bench.claim("second")).isEmpty();
    bench.worker(JobBench::succeed).tidy();

    assertThat(bench.reread(job).status()).isEqualTo(JobStatus.PAUSED);
  }

  @Test
  void an_attempt_that_ends_late_does_not_drop_the_next_one_from_the_heartbeat() throws Exception {
    var attempts = new LinkedBlockingQueue<Thread>();
    var lateEnd = new CountDownLatch(1);
    var never = new CountDownLatch(1);
    var worker =
        workerOfTwo(run -> {
          attempts.add(Thread.currentThread());
          (run.job().attempts() == 1 ? lateEnd : never).await();
          return JobBench.succeed(run);
        });
    bench.submit();
    worker.claim();
    var late = attempts.take();
    bench.clock.pass(LEASE);
    worker.claim();
    var next = attempts.take();

    lateEnd.countDown();
    late.join();
    bench.clock.pass(LEASE.minusSeconds(1));
    worker.renew();
    bench.clock.pass(LEASE.minusSeconds(1));

    assertThat(bench.claim("second")).isEmpty();
    next.interrupt();
    next.join();
  }

  private JobWorker workerOfTwo(Work work) {
    return new JobWorker(
        "worker",
        List.of(new Handler(work)),
        bench.tables,
        bench.feed,
        Settings.of(2),
        WorkerWatch.NONE);
  }
}
