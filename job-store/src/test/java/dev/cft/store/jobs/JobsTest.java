package dev.cft.store.jobs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.cft.store.StoreJson;
import dev.cft.store.StoreTest;
import dev.cft.store.testing.SettableClock;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.jdbc.core.simple.JdbcClient;

@StoreTest
class JobsTest {
  @Autowired Jobs jobs;
  @Autowired JobTables tables;
  @Autowired ChangeFeed feed;
  @Autowired SettableClock clock;
  @Autowired JdbcClient jdbc;

  @BeforeEach
  void emptyStore() {
    jdbc.sql("truncate jobs cascade").update();
  }

  @Test
  void a_job_goes_from_queued_through_running_to_succeeded() {
    var job = jobs.submit(newJob().with(Map.of("experiment", "exp-1")));
    assertThat(job.status()).isEqualTo(JobStatus.QUEUED);
    assertThat(jobs.queuePlace(job).position()).isEqualTo(1);

    var before = jobs.changeCount();
    var worked =
        worker(
                run -> {
                  run.progress(new Progress(1, 2, "rows"));
                  run.stage("half way");
                  run.event(JobEvent.Level.WARN, "careful\u0000", null);
                  run.metrics(1, Map.of("loss", 0.5));
                  clock.pass(Duration.ofSeconds(10));
                  run.progress(new Progress(2, 2, "rows"));
                  return new Outcome.Succeeded(
                      StoreJson.mapper().createObjectNode().put("dataset", "ds-1"));
                })
            .runOne();

    var done = jobs.find(job.id()).orElseThrow();
    assertThat(worked).isTrue();
    assertThat(done.state()).isInstanceOf(JobState.Succeeded.class);
    assertThat(done.progress()).isEqualTo(new Progress(2, 2, "rows"));
    assertThat(done.stage()).isEqualTo("half way");
    assertThat(done.metadata()).containsEntry("experiment", "exp-1");
    assertThat(jobs.changeCount()).isGreaterThan(before);
    assertThat(jobs.events(job.id(), 0, 10))
        .extracting(JobEvent::type)
        .containsExactly("status", "status", "message", "metrics", "status");
    assertThat(jobs.metric(job.id(), "loss")).containsExactly(Map.entry(1L, 0.5));
    assertThat(jobs.list(JobQuery.newest(JobKind.RESPONSES, 1)).data()).containsExactly(done);
  }

  @Test
  void a_plan_runs_in_the_order_of_its_needs() {
    var first = newJob();
    var second = newJob().needing(List.of(first.id()));
    jobs.submit(List.of(second, first));
    assertThat(jobs.queuePlace(jobs.find(second.id()).orElseThrow()).reason())
        .isEqualTo("waits for %s (queued)".formatted(first.id()));

    Queue<JobId> order = new ArrayDeque<>();
    var worker =
        worker(run -> {
          order.add(run.job().id());
          return new Outcome.Succeeded(StoreJson.mapper().createObjectNode());
        });
    while (worker.runOne()) {}

    assertThat(order).containsExactly(first.id(), second.id());
  }

  @Test
  void a_failed_need_fails_all_that_depend_on_it() {
    var first = newJob();
    var second = newJob().needing(List.of(first.id()));
    var third = newJob().needing(List.of(second.id()));
    jobs.submit(List.of(first, second, third));

    worker(
            run -> {
              throw new JobFailedException(
                  new JobError("bad_input", "row 3 has no question", "input"));
            })
        .runOne();

    assertThat(jobs.find(third.id()).orElseThrow().state())
        .isInstanceOfSatisfying(
            JobState.Failed.class,
            failed ->
                assertThat(failed.error().message())
                    .contains(second.id().value(), first.id().value(), "row 3 has no question"));
    assertThatThrownBy(() -> jobs.cancel(third.id()))
        .isInstanceOf(IllegalTransitionException.class)
        .hasMessage("%s is failed and cannot be cancelled".formatted(third.id()));
  }

  private JobWorker worker(Work work) {
    return new JobWorker(
        "test", List.of(new Handler(work)), tables, feed, Settings.forTests(), WorkerWatch.NONE);
  }

  private static NewJob newJob() {
    return NewJob.of(JobKind.RESPONSES, Map.of("input", "ds-1"));
  }
}
