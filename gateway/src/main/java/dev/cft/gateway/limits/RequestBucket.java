package dev.cft.gateway.limits;

import java.time.Duration;
import java.time.Instant;

/// A token bucket of requests: full at first, refilled evenly over a minute.
final class RequestBucket {
  private static final Duration WINDOW = Duration.ofMinutes(1);

  private final int size;
  private double left;
  private Instant at;

  RequestBucket(int size, Instant now) {
    this.size = size;
    this.left = size;
    this.at = now;
  }

  /// Takes one request where one is left.
  synchronized Taken take(Instant now) {
    var passed = Duration.between(at, now);
    if (passed.isPositive()) {
      left = Math.min(size, left + (double) passed.toMillis() * size / WINDOW.toMillis());
      at = now;
    }
    var granted = left >= 1;
    if (granted) {
      left--;
    }
    return new Taken(granted, (int) left, untilFull(size - left), untilFull(1 - left));
  }

  private Duration untilFull(double missing) {
    return Duration.ofMillis((long) Math.ceil(Math.max(0, missing) * WINDOW.toMillis() / size));
  }

  /// @param remaining requests that may still be sent at once
  /// @param untilFull until the bucket is full again
  /// @param untilNext until one more may be sent
  record Taken(boolean granted, int remaining, Duration untilFull, Duration untilNext) {}
}
