package dev.cft.store.jobs;

import java.lang.management.ManagementFactory;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import javax.sql.DataSource;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.hibernate.autoconfigure.HibernateJpaAutoConfiguration;
import org.springframework.boot.jdbc.autoconfigure.JdbcClientAutoConfiguration;
import org.springframework.context.annotation.Bean;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

/// [Jobs] everywhere, and a worker where there are handlers.
@AutoConfiguration(after = {JdbcClientAutoConfiguration.class, HibernateJpaAutoConfiguration.class})
@EnableConfigurationProperties(JobsProperties.class)
class JobsAutoConfiguration {
  @Bean
  ChangeFeed jobChangeFeed(JdbcClient jdbc, DataSource dataSource) {
    return new ChangeFeed(jdbc, dataSource);
  }

  @Bean
  JobTables jobTables(
      JdbcClient jdbc,
      PlatformTransactionManager manager,
      InstantSource clock,
      JobsProperties settings) {
    var transactions = new TransactionTemplate(manager);
    var transitions = new JobTransitions(jdbc, transactions, clock);
    return new JobTables(
        new JobClaims(jdbc, clock, settings),
        new JobRecords(jdbc, clock, settings.lease()),
        transitions,
        new Completions(transitions),
        transactions,
        clock);
  }

  @Bean
  Jobs jobs(JdbcClient jdbc, JobTables tables, ChangeFeed feed) {
    var clock = tables.clock();
    return new PostgresJobs(
        jdbc,
        tables.transitions(),
        new JobSubmission(jdbc, clock, tables.transitions()),
        new JobHistory(jdbc),
        new JobForecast(jdbc, clock),
        feed);
  }

  @Bean
  @ConditionalOnBean(JobHandler.class)
  JobWorker jobWorker(
      List<JobHandler> handlers,
      JobTables tables,
      ChangeFeed feed,
      JobsProperties settings,
      ObjectProvider<WorkerWatch> watch) {
    return new JobWorker(
        workerName(),
        handlers,
        tables,
        feed,
        settings,
        watch.getIfAvailable(() -> WorkerWatch.NONE));
  }

  private static String workerName() {
    var suffix = Integer.toString(ThreadLocalRandom.current().nextInt(36 * 36, 36 * 36 * 36), 36);
    return "%s-%s".formatted(ManagementFactory.getRuntimeMXBean().getName(), suffix);
  }
}
