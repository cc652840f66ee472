package dev.cft.store.jobs;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.MeterBinder;
import java.time.InstantSource;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.context.annotation.Bean;
import org.springframework.jdbc.core.simple.JdbcClient;

/// Meters of the queue and of this process's worker, where the service has Micrometer.
@AutoConfiguration(
    before = JobsAutoConfiguration.class,
    afterName =
        "org.springframework.boot.micrometer.metrics.autoconfigure.CompositeMeterRegistryAutoConfiguration")
@ConditionalOnClass(MeterRegistry.class)
@ConditionalOnBean(MeterRegistry.class)
class JobMetersAutoConfiguration {
  @Bean
  WorkerWatch workerMeters(MeterRegistry registry) {
    return new WorkerMeters(registry);
  }

  @Bean
  MeterBinder queueMeters(JdbcClient jdbc, InstantSource clock) {
    return new QueueMeters(jdbc, clock);
  }
}
