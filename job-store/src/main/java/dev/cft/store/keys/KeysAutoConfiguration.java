package dev.cft.store.keys;

import java.time.InstantSource;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.context.annotation.Bean;
import org.springframework.jdbc.core.simple.JdbcClient;

/// [ApiKeys] and [IdempotencyKeys] everywhere.
@AutoConfiguration
class KeysAutoConfiguration {
  @Bean
  ApiKeys apiKeys(KeyRows rows, InstantSource clock) {
    return new HashedApiKeys(rows, clock);
  }

  @Bean
  IdempotencyKeys idempotencyKeys(JdbcClient jdbc, InstantSource clock) {
    return new PostgresIdempotencyKeys(jdbc, clock);
  }
}
