package dev.cft.gateway.limits;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cft.store.testing.SettableClock;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class RequestBucketTest {
  private final SettableClock clock = new SettableClock(Instant.parse("2026-01-01T00:00:00Z"));
  private final RequestBucket bucket = new RequestBucket(60, clock.instant());

  @Test
  void a_minute_s_requests_may_come_at_once_and_then_one_a_second() {
    for (var i = 0; i < 60; i++) {
      assertThat(bucket.take(clock.instant()).granted()).isTrue();
    }

    var refused = bucket.take(clock.instant());
    assertThat(refused.granted()).isFalse();
    assertThat(refused.untilNext()).isEqualTo(Duration.ofSeconds(1));
    assertThat(refused.untilFull()).isEqualTo(Duration.ofSeconds(60));

    clock.pass(Duration.ofSeconds(1));
    assertThat(bucket.take(clock.instant()).granted()).isTrue();
    assertThat(bucket.take(clock.instant()).granted()).isFalse();
  }

  @Test
  void it_never_holds_more_than_a_minute_s_requests() {
    clock.pass(Duration.ofHours(1));

    assertThat(bucket.take(clock.instant()).remaining()).isEqualTo(59);
  }

  @Test
  void times_are_written_as_openai_writes_them() {
    assertThat(RateLimitFilter.goStyle(Duration.ofMillis(12))).isEqualTo("12ms");
    assertThat(RateLimitFilter.goStyle(Duration.ofMillis(1500))).isEqualTo("1.5s");
    assertThat(RateLimitFilter.goStyle(Duration.ofSeconds(1))).isEqualTo("1s");
    assertThat(RateLimitFilter.goStyle(Duration.ofMinutes(6))).isEqualTo("6m0s");
  }
}
