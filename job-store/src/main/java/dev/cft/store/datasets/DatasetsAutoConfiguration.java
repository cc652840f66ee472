package dev.cft.store.datasets;

import java.time.InstantSource;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.context.annotation.Bean;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

/// [Datasets] everywhere.
@AutoConfiguration
class DatasetsAutoConfiguration {
  @Bean
  Datasets datasets(JdbcClient jdbc, PlatformTransactionManager manager, InstantSource clock) {
    return new PostgresDatasets(jdbc, new TransactionTemplate(manager), clock);
  }
}
