package dev.cft.store.jobs;

import dev.cft.store.StoreJson;
import dev.cft.store.testing.SettableClock;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;
import tools.jackson.databind.node.ObjectNode;

/// What tests of jobs work with: an empty queue, and workers that are stepped by hand.
@Component
final class JobBench {
  final Jobs jobs;
  final JobTables tables;
  final ChangeFeed feed;
  final SettableClock clock;
  final JdbcClient jdbc;

  JobBench(Jobs jobs, JobTables tables, ChangeFeed feed, SettableClock clock, JdbcClient jdbc) {
    this.jobs = jobs;
    this.tables = tables;
    this.feed = feed;
    this.clock = clock;
    this.jdbc = jdbc;
  }

  void emptyQueue() {
    jdbc.sql("truncate jobs cascade").update();
  }

  JobWorker worker(String name, Work work) {
    return new JobWorker(
        name, List.of(new Handler(work)), tables, feed, Settings.forTests(), WorkerWatch.NONE);
  }

  JobWorker worker(Work work) {
    return worker("worker", work);
  }

  Job submit() {
    return jobs.submit(job());
  }

  List<Job> submit(int count) {
    var plan = new ArrayList<NewJob>();
    for (int i = 0; i < count; i++) {
      plan.add(job());
    }
    return jobs.submit(plan);
  }

  /// A job in that status, by the shortest legal way.
  Job jobIn(JobStatus status) {
    return switch (status) {
      case VALIDATING -> jobs.submit(job().validatedFirst());
      case WAITING -> jobs.submit(job().needing(List.of(submit().id())));
      case QUEUED -> submit();
      case RUNNING -> claimed().job();
      case PAUSING -> jobs.pause(claimed().job().id());
      case PAUSED -> jobs.pause(submit().id());
      case SUCCEEDED -> ended(new Outcome.Succeeded(result()));
      case FAILED -> ended(new Outcome.Failed(new JobError("bad_input", "no rows", null)));
      case CANCELLED -> jobs.cancel(submit().id());
    };
  }

  /// A new job under a lease of worker `first`.
  JobClaims.Claim claimed() {
    emptyQueueOf("queued");
    submit();
    return claim("first").getFirst();
  }

  List<JobClaims.Claim> claim(String worker) {
    return tables.claims().claim(JobKind.RESPONSES, JobClaims.Wanted.ONE_RUN, worker);
  }

  Job reread(Job job) {
    return jobs.find(job.id()).orElseThrow();
  }

  static NewJob job() {
    return NewJob.of(JobKind.RESPONSES, Map.of("input", "ds-1"));
  }

  static Outcome succeed(JobRun run) {
    return new Outcome.Succeeded(result());
  }

  static ObjectNode result() {
    return StoreJson.mapper().createObjectNode().put("dataset", "ds-2");
  }

  private Job ended(Outcome outcome) {
    emptyQueueOf("queued");
    var job = submit();
    worker(run -> outcome).runOne();
    return reread(job);
  }

  private void emptyQueueOf(String status) {
    jdbc.sql("update jobs set not_before = 'infinity' where status = :status")
        .param("status", status)
        .update();
  }
}
