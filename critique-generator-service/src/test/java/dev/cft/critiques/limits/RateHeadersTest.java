package dev.cft.critiques.limits;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;

class RateHeadersTest {
  @Test
  void openais_headers_are_read() {
    var headers =
        Map.of(
            "x-ratelimit-limit-requests", "10000",
            "x-ratelimit-remaining-requests", "9999",
            "x-ratelimit-reset-requests", "6ms",
            "x-ratelimit-limit-tokens", "2000000",
            "x-ratelimit-remaining-tokens", "0",
            "x-ratelimit-reset-tokens", "6m0.5s");

    var read = RateHeaders.of(headers::get);

    assertThat(read)
        .isEqualTo(new RateHeaders(10000L, 9999L, 2000000L, 0L, Duration.ofMillis(360_500)));
    assertThat(read.pause(0.01)).isEqualTo(Duration.ofMillis(600));
  }

  @Test
  void what_is_unknown_or_nonsense_is_left_out() {
    var azure =
        Map.of(
            "x-ratelimit-limit-requests", "-1",
            "x-ratelimit-remaining-requests", "-1",
            "x-ratelimit-remaining-tokens", "lots");

    assertThat(RateHeaders.of(azure::get)).isEqualTo(RateHeaders.NONE);
    assertThat(RateHeaders.NONE.pause(0.01)).isZero();
  }

  @Test
  void durations_are_gos() {
    assertThat(RateHeaders.duration("12ms")).contains(Duration.ofMillis(12));
    assertThat(RateHeaders.duration("1h2m3s")).contains(Duration.ofSeconds(3723));
    assertThat(RateHeaders.duration("2")).contains(Duration.ofSeconds(2));
    assertThat(RateHeaders.duration("soon")).isEmpty();
    assertThat(RateHeaders.duration("5s later")).isEmpty();
  }
}
