package dev.cft.benchmarks.jobstore;

import dev.cft.store.StoreJson;
import dev.cft.store.jobs.JobHandler;
import dev.cft.store.jobs.JobKind;
import dev.cft.store.jobs.JobRun;
import dev.cft.store.jobs.Jobs;
import dev.cft.store.jobs.NewJob;
import dev.cft.store.jobs.Outcome;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.stream.IntStream;
import org.springframework.boot.SpringBootConfiguration;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.SmartLifecycle;
import org.springframework.context.annotation.Bean;
import org.springframework.jdbc.core.simple.JdbcClient;

/// The job store as services use it.
final class OurJobs implements Contender {
  private final ConfigurableApplicationContext context;
  private final Jobs jobs;
  private final JdbcClient jdbc;
  private final CountedHandler handler;

  OurJobs(String jdbcUrl, int workers) {
    context =
        new SpringApplicationBuilder(Application.class)
            .properties(
                Map.of(
                    "spring.main.banner-mode", "off",
                    "logging.level.root", "warn",
                    "spring.datasource.url", jdbcUrl,
                    "spring.datasource.username", "postgres",
                    "spring.datasource.hikari.maximum-pool-size", workers + 4,
                    "cft.artifacts.dir", "target/artifacts",
                    "cft.jobs.auto-start", "false",
                    "cft.jobs.slots.responses", workers))
            .run();
    jobs = context.getBean(Jobs.class);
    jdbc = context.getBean(JdbcClient.class);
    handler = context.getBean(CountedHandler.class);
  }

  @Override
  public String name() {
    return "job-store";
  }

  @Override
  public void fill(int count) {
    jdbc.sql("truncate jobs cascade").update();
    jobs.submit(
        IntStream.range(0, count)
            .mapToObj(i -> NewJob.of(JobKind.RESPONSES, Map.of("input", "ds-1")))
            .toList());
    jdbc.sql("vacuum analyze jobs").update();
    handler.left = new CountDownLatch(count);
  }

  @Override
  public void drain() throws InterruptedException {
    var worker = context.getBean("jobWorker", SmartLifecycle.class);
    worker.start();
    handler.left.await();
    worker.stop();
  }

  @Override
  public void check(int count) {
    var done =
        jdbc.sql("select count(*) from jobs where status = 'succeeded' and attempts = 1")
            .query(Integer.class)
            .single();
    if (done != count) {
      throw new IllegalStateException("%d jobs of %d were done once".formatted(done, count));
    }
  }

  @Override
  public void close() {
    context.close();
  }

  /// Counts the jobs and does nothing.
  static final class CountedHandler implements JobHandler {
    private volatile CountDownLatch left = new CountDownLatch(0);

    @Override
    public JobKind kind() {
      return JobKind.RESPONSES;
    }

    @Override
    public Outcome run(JobRun run) {
      left.countDown();
      return new Outcome.Succeeded(StoreJson.mapper().createObjectNode());
    }
  }

  @SpringBootConfiguration(proxyBeanMethods = false)
  @EnableAutoConfiguration
  static class Application {
    @Bean
    CountedHandler handler() {
      return new CountedHandler();
    }
  }
}
