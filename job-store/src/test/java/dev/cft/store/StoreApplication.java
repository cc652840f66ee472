package dev.cft.store;

import dev.cft.store.testing.SettableClock;
import dev.cft.store.testing.TestDatabase;
import java.time.Instant;
import org.springframework.boot.SpringBootConfiguration;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Import;

/// The store alone, on a test database, with a clock that stands still.
@SpringBootConfiguration(proxyBeanMethods = false)
@EnableAutoConfiguration
@Import(TestDatabase.class)
class StoreApplication {
  @Bean
  SettableClock clock() {
    return new SettableClock(Instant.parse("2026-11-23T12:00:00Z"));
  }
}
