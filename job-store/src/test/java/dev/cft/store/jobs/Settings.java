package dev.cft.store.jobs;

import java.time.Duration;
import java.util.Map;

/// Settings of workers in tests.
final class Settings {
  private Settings() {}

  static JobsProperties forTests() {
    return of(1);
  }

  static JobsProperties of(int slots) {
    return new JobsProperties(
        Map.of(JobKind.RESPONSES, slots),
        1,
        Duration.ofSeconds(30),
        Duration.ofMillis(200),
        Duration.ofSeconds(1),
        3,
        Duration.ofSeconds(2),
        Duration.ofSeconds(2),
        true);
  }
}
