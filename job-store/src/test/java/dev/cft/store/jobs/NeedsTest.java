package dev.cft.store.jobs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.cft.store.StoreTest;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.context.annotation.Import;

@StoreTest
@Import(JobBench.class)
class NeedsTest {
  @Autowired JobBench bench;
  @Autowired Jobs jobs;

  @BeforeEach
  void emptyQueue() {
    bench.emptyQueue();
  }

  @Test
  void a_job_waits_until_all_its_needs_have_succeeded() {
    var one = bench.submit();
    var two = bench.submit();
    var job = jobs.submit(JobBench.job().needing(List.of(two.id(), one.id(), two.id())));
    assertThat(job.needs()).containsExactly(two.id(), one.id());
    assertThat(job.state()).isEqualTo(new JobState.Waiting(List.of(two.id(), one.id())));
    assertThat(jobs.queuePlace(job))
        .isEqualTo(
            new QueuePlace(0, "waits for %s (queued), %s (queued)".formatted(one.id(), two.id())));

    bench.worker(JobBench::succeed).runOne();
    assertThat(bench.reread(job).state()).isEqualTo(new JobState.Waiting(List.of(two.id())));
    bench.worker(JobBench::succeed).runOne();

    assertThat(bench.reread(job).status()).isEqualTo(JobStatus.QUEUED);
  }

  @Test
  void a_job_whose_needs_have_succeeded_already_is_queued_at_once() {
    var done = bench.jobIn(JobStatus.SUCCEEDED);

    assertThat(jobs.submit(JobBench.job().needing(List.of(done.id()))).status())
        .isEqualTo(JobStatus.QUEUED);
  }

  @Test
  void a_job_that_needs_a_failed_one_fails_at_once_with_the_reason() {
    var failed = bench.jobIn(JobStatus.FAILED);

    var job = jobs.submit(JobBench.job().needing(List.of(failed.id())));

    assertThat(job.state())
        .isInstanceOfSatisfying(
            JobState.Failed.class,
            state ->
                assertThat(state.error())
                    .isEqualTo(
                        new JobError(
                            "need_failed",
                            "%s, which this job needs, failed: no rows".formatted(failed.id()),
                            null)));
  }

  @Test
  void cancelling_a_need_fails_everything_behind_it() {
    var first = JobBench.job();
    var waiting = JobBench.job().needing(List.of(first.id()));
    var validating = JobBench.job().needing(List.of(first.id())).validatedFirst();
    var paused = JobBench.job().needing(List.of(waiting.id()));
    var unrelated = JobBench.job();
    jobs.submit(List.of(first, waiting, validating, paused, unrelated));
    jobs.pause(paused.id());

    jobs.cancel(first.id());

    assertThat(error(waiting))
        .isEqualTo("%s, which this job needs, was cancelled".formatted(first.id()));
    assertThat(error(validating))
        .isEqualTo("%s, which this job needs, was cancelled".formatted(first.id()));
    assertThat(error(paused))
        .isEqualTo(
            "%s, which this job needs, failed: %s, which this job needs, was cancelled"
                .formatted(waiting.id(), first.id()));
    assertThat(jobs.find(unrelated.id()).orElseThrow().status()).isEqualTo(JobStatus.QUEUED);
  }

  @Test
  void a_validated_job_goes_on_to_wait_for_its_needs() {
    var need = JobBench.job().prioritised(-1);
    var job = JobBench.job().needing(List.of(need.id())).validatedFirst();
    jobs.submit(List.of(need, job));

    bench.worker(JobBench::succeed).runOne();

    assertThat(jobs.find(job.id()).orElseThrow().status()).isEqualTo(JobStatus.WAITING);
    assertThat(jobs.find(job.id()).orElseThrow().attempts()).isZero();
  }

  @Test
  void a_need_that_does_not_exist_is_refused_and_nothing_is_stored() {
    var good = JobBench.job();
    var bad = JobBench.job().needing(List.of(new JobId("rsjob-none")));

    assertThatThrownBy(() -> jobs.submit(List.of(good, bad)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("needed jobs that do not exist: [rsjob-none]");

    assertThat(jobs.find(good.id())).isEmpty();
  }

  @Test
  void jobs_that_need_each_other_in_a_circle_are_refused() {
    var one = JobBench.job();
    var two = JobBench.job().needing(List.of(one.id()));

    assertThatThrownBy(() -> jobs.submit(List.of(one.needing(List.of(two.id())), two)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("jobs that need each other in a circle");
  }

  @Test
  void a_plan_submitted_again_is_left_as_it_is() {
    var first = JobBench.job();
    var second = JobBench.job().needing(List.of(first.id()));
    jobs.submit(List.of(first, second));
    bench.worker(JobBench::succeed).runOne();

    var again = jobs.submit(List.of(first, second));

    assertThat(again)
        .extracting(Job::status)
        .containsExactly(JobStatus.SUCCEEDED, JobStatus.QUEUED);
    var other =
        new NewJob(
            first.id(),
            first.kind(),
            Map.of("input", "other"),
            0,
            List.of(),
            Map.of(),
            null,
            false,
            1);
    assertThatThrownBy(() -> jobs.submit(other))
        .hasMessage("%s exists already with another spec".formatted(first.id()));
  }

  @Test
  void needs_that_end_at_the_same_moment_leave_nothing_waiting() throws Exception {
    try (var threads = Executors.newFixedThreadPool(4)) {
      for (int round = 0; round < 50; round++) {
        var one = JobBench.job();
        var two = JobBench.job();
        var late = JobBench.job().needing(List.of(one.id()));
        var both = JobBench.job().needing(List.of(one.id(), two.id()));
        jobs.submit(List.of(one, two, both));
        Callable<Object> work = () -> bench.worker(JobBench::succeed).runOne();
        Callable<Object> submission = () -> jobs.submit(late);

        for (var end : threads.invokeAll(List.of(work, submission, work))) {
          end.get();
        }

        while (bench.worker(JobBench::succeed).runOne()) {}
        assertThat(jobs.find(both.id()).orElseThrow().status()).isEqualTo(JobStatus.SUCCEEDED);
        assertThat(jobs.find(late.id()).orElseThrow().status()).isEqualTo(JobStatus.SUCCEEDED);
      }
    }
  }

  @Test
  void locks_that_cross_do_not_stop_a_job_from_ending() throws Exception {
    var need = JobBench.job();
    var job = JobBench.job().needing(List.of(need.id()));
    jobs.submit(List.of(need, job));
    var locked = new CountDownLatch(1);
    try (var threads = Executors.newFixedThreadPool(1)) {
      var other =
          threads.submit(() ->
              bench
                  .tables
                  .transactions()
                  .executeWithoutResult(status -> {
                    bench.jdbc.sql("set local deadlock_timeout = '1min'").update();
                    lock(job);
                    locked.countDown();
                    sleep();
                    lock(need);
                  }));

      bench
          .worker(run -> {
            locked.await();
            return JobBench.succeed(run);
          })
          .runOne();
      other.get();
    }

    assertThat(jobs.find(job.id()).orElseThrow().status()).isEqualTo(JobStatus.QUEUED);
  }

  private void lock(NewJob job) {
    bench
        .jdbc
        .sql("select 1 from jobs where id = :id for update")
        .param("id", job.id().value())
        .query()
        .listOfRows();
  }

  private static void sleep() {
    try {
      Thread.sleep(500);
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  private String error(NewJob job) {
    return ((JobState.Failed) jobs.find(job.id()).orElseThrow().state()).error().message();
  }
}
