package dev.cft.critiques.teachers;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.InstantSource;
import org.junit.jupiter.api.Test;

class LocalLimitsTest {
  private static Duration timeOf(int calls, LocalLimits limits, long tokens)
      throws InterruptedException {
    var start = System.nanoTime();
    for (int i = 0; i < calls; i++) {
      limits.acquire(tokens).settle(tokens);
    }
    return Duration.ofNanos(System.nanoTime() - start);
  }

  @Test
  void requests_are_spread_evenly_after_the_first_burst() throws InterruptedException {
    var limits = new LocalLimits(InstantSource.system(), 1200, 0);

    // 100 at once are five seconds' worth; 10 more take half a second at 20 a second
    assertThat(timeOf(110, limits, 1)).isBetween(Duration.ofMillis(450), Duration.ofMillis(1500));
  }

  @Test
  void tokens_that_were_not_used_are_given_back() throws InterruptedException {
    var limits = new LocalLimits(InstantSource.system(), 0, 6_000);

    var start = System.nanoTime();
    for (int i = 0; i < 5; i++) {
      limits.acquire(500).settle(1);
    }

    assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofMillis(400));
  }

  @Test
  void nobody_asks_during_a_pause() throws InterruptedException {
    var limits = new LocalLimits(InstantSource.system(), 0, 0);

    limits.pause(Duration.ofMillis(300));

    assertThat(timeOf(1, limits, 1)).isGreaterThanOrEqualTo(Duration.ofMillis(290));
    assertThat(timeOf(1, limits, 1)).isLessThan(Duration.ofMillis(100));
  }
}
