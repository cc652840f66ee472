package dev.cft.store.models;

import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.context.annotation.Bean;
import org.springframework.jdbc.core.simple.JdbcClient;

/// [Models] everywhere.
@AutoConfiguration
class ModelsAutoConfiguration {
  @Bean
  Models models(ModelRows rows, JdbcClient jdbc) {
    return new JpaModels(rows, jdbc);
  }
}
