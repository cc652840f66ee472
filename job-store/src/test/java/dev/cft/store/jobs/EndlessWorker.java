package dev.cft.store.jobs;

import dev.cft.store.testing.SettableClock;
import java.time.Instant;
import java.util.List;
import org.springframework.boot.jdbc.DataSourceBuilder;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.datasource.DataSourceTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

/// A process that claims one job and never ends it.
final class EndlessWorker {
  private EndlessWorker() {}

  public static void main(String[] args) {
    var source =
        DataSourceBuilder.create().url(args[0]).username(args[1]).password(args[2]).build();
    var jdbc = JdbcClient.create(source);
    var transactions = new TransactionTemplate(new DataSourceTransactionManager(source));
    var clock = new SettableClock(Instant.parse("2026-11-24T12:00:00Z"));
    var settings = Settings.forTests();
    var transitions = new JobTransitions(jdbc, transactions, clock);
    var tables =
        new JobTables(
            new JobClaims(jdbc, clock, settings),
            new JobRecords(jdbc, clock, settings.lease()),
            transitions,
            new Completions(transitions),
            transactions,
            clock);
    var worker =
        new JobWorker(
            "child",
            List.of(new Handler(EndlessWorker::work)),
            tables,
            new ChangeFeed(jdbc, source),
            settings,
            WorkerWatch.NONE);
    worker.runOne();
  }

  private static Outcome work(JobRun run) throws InterruptedException {
    run.stage("in the child");
    run.progress(new Progress(7, 100, "rows"));
    while (true) {
      Thread.sleep(1000);
    }
  }
}
