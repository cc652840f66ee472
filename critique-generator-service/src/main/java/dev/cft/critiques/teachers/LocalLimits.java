package dev.cft.critiques.teachers;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;

/// Limits of this process alone: two buckets that fill evenly and may be overdrawn by estimates,
/// which are settled with what a call really used.
final class LocalLimits implements TeacherLimits {
  /// How much may be asked for at once after a rest, as a part of a minute's allowance (our choice:
  /// five seconds' worth).
  private static final double BURST_MINUTES = 5.0 / 60;

  private final InstantSource clock;
  private final Bucket requests;
  private final Bucket tokens;
  private Instant pausedUntil = Instant.MIN;

  /// Zero is no limit.
  LocalLimits(InstantSource clock, int requestsPerMinute, int tokensPerMinute) {
    this.clock = clock;
    this.requests = new Bucket(requestsPerMinute, clock.millis());
    this.tokens = new Bucket(tokensPerMinute, clock.millis());
  }

  @Override
  public Permit acquire(long expectedTokens) throws InterruptedException {
    var wait = reserve(expectedTokens);
    if (wait.compareTo(LONGEST_WAIT) > 0) {
      giveBack(expectedTokens);
      throw new TeacherException.RateLimited(
          "the next call may be made in %d s".formatted(wait.toSeconds()), wait);
    }
    while (wait.isPositive()) {
      Thread.sleep(wait);
      wait = pauseLeft();
    }
    return used -> settle(expectedTokens - used);
  }

  private synchronized Duration reserve(long expectedTokens) {
    var now = clock.millis();
    var wait = Math.max(requests.take(1, now), tokens.take(expectedTokens, now));
    var pause = pauseLeft();
    return pause.toMillis() > wait ? pause : Duration.ofMillis(wait);
  }

  private synchronized Duration pauseLeft() {
    return pausedUntil.isAfter(clock.instant())
        ? Duration.between(clock.instant(), pausedUntil)
        : Duration.ZERO;
  }

  private synchronized void giveBack(long expectedTokens) {
    requests.giveBack(1);
    tokens.giveBack(expectedTokens);
  }

  private synchronized void settle(long unused) {
    tokens.giveBack(unused);
  }

  @Override
  public synchronized void pause(Duration atLeast) {
    var until = clock.instant().plus(atLeast);
    pausedUntil = until.isAfter(pausedUntil) ? until : pausedUntil;
  }

  private static final class Bucket {
    private final double perMilli;
    private final double most;
    private double level;
    private long filledAt;

    Bucket(int perMinute, long now) {
      perMilli = perMinute / 60_000.0;
      most = Math.max(1, perMinute * BURST_MINUTES);
      level = most;
      filledAt = now;
    }

    /// Takes an amount and says in how many milliseconds it will be there.
    long take(long amount, long now) {
      if (perMilli == 0) {
        return 0;
      }
      level = Math.min(most, level + (now - filledAt) * perMilli);
      filledAt = now;
      level -= amount;
      return level >= 0 ? 0 : (long) Math.ceil(-level / perMilli);
    }

    void giveBack(long amount) {
      level += amount;
    }
  }
}
