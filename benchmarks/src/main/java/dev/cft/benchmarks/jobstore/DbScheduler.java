package dev.cft.benchmarks.jobstore;

import com.github.kagkarlsson.scheduler.Scheduler;
import com.github.kagkarlsson.scheduler.SchedulerClient;
import com.github.kagkarlsson.scheduler.task.TaskInstance;
import com.github.kagkarlsson.scheduler.task.helper.OneTimeTask;
import com.github.kagkarlsson.scheduler.task.helper.Tasks;
import com.zaxxer.hikari.HikariDataSource;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.CountDownLatch;
import java.util.stream.IntStream;
import org.springframework.jdbc.core.simple.JdbcClient;

/// db-scheduler in its fast mode for Postgres: lock and fetch.
final class DbScheduler implements Contender {
  private static final String TABLE =
      """
      create table scheduled_tasks (
        task_name text not null, task_instance text not null, task_data bytea,
        execution_time timestamp with time zone not null, picked boolean not null, picked_by text,
        last_success timestamp with time zone, last_failure timestamp with time zone, consecutive_failures int,
        last_heartbeat timestamp with time zone, version bigint not null, priority smallint,
        primary key (task_name, task_instance));
      create index execution_time_idx on scheduled_tasks (execution_time);
      create index last_heartbeat_idx on scheduled_tasks (last_heartbeat);
      """;

  private final HikariDataSource dataSource = new HikariDataSource();
  private final JdbcClient jdbc;
  private final int workers;
  private volatile CountDownLatch left = new CountDownLatch(0);
  private final OneTimeTask<Void> task =
      Tasks.oneTime("responses").execute((instance, context) -> left.countDown());

  DbScheduler(String jdbcUrl, int workers) {
    dataSource.setJdbcUrl(jdbcUrl);
    dataSource.setUsername("postgres");
    dataSource.setMaximumPoolSize(workers + 4);
    jdbc = JdbcClient.create(dataSource);
    this.workers = workers;
    jdbc.sql(TABLE).update();
  }

  @Override
  public String name() {
    return "db-scheduler";
  }

  @Override
  public void fill(int jobs) {
    jdbc.sql("truncate scheduled_tasks").update();
    var now = Instant.now();
    SchedulerClient.Builder.create(dataSource, task)
        .build()
        .scheduleBatch(
            IntStream.range(0, jobs)
                .<TaskInstance<?>>mapToObj(i -> task.instance("job-" + i))
                .toList(),
            now);
    jdbc.sql("vacuum analyze scheduled_tasks").update();
    left = new CountDownLatch(jobs);
  }

  @Override
  public void drain() throws InterruptedException {
    var scheduler =
        Scheduler.create(dataSource, task)
            .threads(workers)
            .pollUsingLockAndFetch(1.0, 4.0)
            .pollingInterval(Duration.ofSeconds(1))
            .build();
    scheduler.start();
    left.await();
    scheduler.stop();
  }

  @Override
  public void check(int jobs) {
    var rows = jdbc.sql("select count(*) from scheduled_tasks").query(Integer.class).single();
    if (rows != 0) {
      throw new IllegalStateException("%d tasks of %d are left".formatted(rows, jobs));
    }
  }

  @Override
  public void close() {
    dataSource.close();
  }
}
