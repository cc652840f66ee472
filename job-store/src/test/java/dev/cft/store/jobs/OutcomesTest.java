package dev.cft.store.jobs;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cft.store.StoreTest;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.context.annotation.Import;

@StoreTest
@Import(JobBench.class)
class OutcomesTest {
  @Autowired JobBench bench;
  @Autowired Jobs jobs;

  @BeforeEach
  void emptyQueue() {
    bench.emptyQueue();
  }

  @Test
  void a_handler_that_breaks_is_tried_again_later_each_time_until_attempts_run_out() {
    var job = bench.submit();
    var worker =
        bench.worker(run -> {
          throw new IllegalStateException("connection reset");
        });

    assertThat(worker.runOne()).isTrue();
    assertThat(bench.reread(job).state())
        .isEqualTo(
            new JobState.Queued(
                bench.clock.instant().plusSeconds(2), "attempt 1 of 3 failed: connection reset"));
    assertThat(worker.runOne()).isFalse();
    bench.clock.pass(Duration.ofSeconds(2));
    assertThat(worker.runOne()).isTrue();
    bench.clock.pass(Duration.ofSeconds(2));
    assertThat(worker.runOne()).isFalse();
    bench.clock.pass(Duration.ofSeconds(2));
    assertThat(worker.runOne()).isTrue();

    assertThat(bench.reread(job).state())
        .isInstanceOfSatisfying(
            JobState.Failed.class,
            failed ->
                assertThat(failed.error())
                    .isEqualTo(
                        new JobError(
                            "internal_error", "connection reset (after 3 attempts)", null)));
  }

  @Test
  void even_an_error_of_the_virtual_machine_only_ends_the_attempt() {
    var job = bench.submit();

    bench
        .worker(run -> {
          throw new OutOfMemoryError("Java heap space");
        })
        .runOne();

    assertThat(bench.reread(job).status()).isEqualTo(JobStatus.QUEUED);
  }

  @Test
  void a_parked_job_goes_on_by_itself_and_parking_is_no_attempt() {
    var job = bench.submit();
    var runs = new AtomicInteger();
    var worker =
        bench.worker(run ->
            runs.incrementAndGet() < 10
                ? new Outcome.Parked("the teacher answers 429 until 12:05", Duration.ofMinutes(5))
                : JobBench.succeed(run));

    worker.runOne();
    assertThat(worker.runOne()).isFalse();
    assertThat(jobs.queuePlace(bench.reread(job)).reason())
        .isEqualTo(
            "the teacher answers 429 until 12:05; goes on at "
                + bench.clock.instant().plus(Duration.ofMinutes(5)));
    for (int i = 0; i < 9; i++) {
      bench.clock.pass(Duration.ofMinutes(5));
      assertThat(worker.runOne()).isTrue();
    }

    assertThat(bench.reread(job).status()).isEqualTo(JobStatus.SUCCEEDED);
    assertThat(bench.reread(job).attempts()).isEqualTo(1);
  }

  @Test
  void a_released_job_is_claimed_at_once_and_release_is_no_attempt() {
    var job = bench.submit();

    bench.worker(run -> new Outcome.Released()).runOne();

    assertThat(bench.reread(job).status()).isEqualTo(JobStatus.QUEUED);
    assertThat(bench.reread(job).attempts()).isZero();
    assertThat(bench.worker(JobBench::succeed).runOne()).isTrue();
  }

  @Test
  void a_job_asked_to_pause_pauses_whatever_its_handler_returns() {
    for (var outcome :
        new Outcome[] {
          new Outcome.Paused(),
          new Outcome.Released(),
          new Outcome.Parked("rest", Duration.ofMinutes(1)),
          new Outcome.Retry(new JobError("busy", "busy", null), Duration.ZERO)
        }) {
      var job = bench.submit();

      bench
          .worker(run -> {
            jobs.pause(job.id());
            return outcome;
          })
          .runOne();

      assertThat(bench.reread(job).status()).isEqualTo(JobStatus.PAUSED);
      assertThat(jobs.queuePlace(bench.reread(job)).reason())
          .isEqualTo("paused until someone resumes it");
    }
  }

  @Test
  void a_job_that_ends_before_the_pause_is_noticed_has_ended() {
    var job = bench.submit();

    bench
        .worker(run -> {
          jobs.pause(job.id());
          return JobBench.succeed(run);
        })
        .runOne();

    assertThat(bench.reread(job).status()).isEqualTo(JobStatus.SUCCEEDED);
  }

  @Test
  void the_last_progress_is_written_however_fast_it_came() {
    var job = bench.submit();

    bench
        .worker(run -> {
          for (int i = 1; i <= 1000; i++) {
            run.progress(new Progress(i, 1000, "rows"));
          }
          assertThat(bench.reread(job).progress().done()).isEqualTo(1);
          return JobBench.succeed(run);
        })
        .runOne();

    assertThat(bench.reread(job).progress()).isEqualTo(new Progress(1000, 1000, "rows"));
  }

  @Test
  void remaining_time_comes_from_the_pace_of_this_attempt() {
    var job = bench.submit();

    bench
        .worker(run -> {
          assertThat(jobs.remaining(run.job())).isEmpty();
          bench.clock.pass(Duration.ofSeconds(20));
          run.progress(new Progress(10, 100, "rows"));
          assertThat(jobs.remaining(run.job())).contains(Duration.ofMinutes(3));
          bench.clock.pass(Duration.ofSeconds(5));
          assertThat(jobs.remaining(run.job())).contains(Duration.ofSeconds(175));
          return JobBench.succeed(run);
        })
        .runOne();

    assertThat(jobs.remaining(bench.reread(job))).isEmpty();
  }

  @Test
  void the_queue_place_counts_those_that_go_before() {
    var first = bench.submit();
    var second = bench.submit();
    var urgent = jobs.submit(JobBench.job().prioritised(1));

    assertThat(jobs.queuePlace(urgent))
        .isEqualTo(
            new QueuePlace(
                1, "next in the queue of responses jobs; 0 running, waits for a free worker"));
    assertThat(jobs.queuePlace(first).position()).isEqualTo(2);
    assertThat(jobs.queuePlace(second))
        .isEqualTo(
            new QueuePlace(
                3,
                "2 before it in the queue of responses jobs; 0 running, waits for a free worker"));
  }
}
