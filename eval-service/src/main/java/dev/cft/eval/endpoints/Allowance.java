package dev.cft.eval.endpoints;

import java.time.Duration;

/// Requests and tokens a minute: buckets that fill evenly. Estimates are taken beforehand and
/// settled with what a call really used.
final class Allowance {
  /// What may be asked for at once after a rest, in minutes (our choice: five seconds' worth).
  private static final double BURST_MINUTES = 5.0 / 60;

  private final Bucket requests;
  private final Bucket tokens;
  private long pausedUntil = System.nanoTime();

  /// Zero is no limit.
  Allowance(int requestsPerMinute, int tokensPerMinute) {
    requests = new Bucket(requestsPerMinute);
    tokens = new Bucket(tokensPerMinute);
  }

  /// Returns when the call may be made.
  void take(long expectedTokens) throws InterruptedException {
    var wait = reserve(expectedTokens);
    while (wait > 0) {
      Thread.sleep(Duration.ofNanos(wait));
      wait = pauseLeft();
    }
  }

  private synchronized long reserve(long expectedTokens) {
    var now = System.nanoTime();
    var wait = Math.max(requests.take(1, now), tokens.take(expectedTokens, now));
    return Math.max(wait, pauseLeft());
  }

  private synchronized long pauseLeft() {
    return pausedUntil - System.nanoTime();
  }

  /// Gives back what was estimated and not used.
  synchronized void settle(long unusedTokens) {
    tokens.giveBack(unusedTokens);
  }

  /// Nothing is asked for so long: what `Retry-After` says holds for everyone.
  synchronized void pause(Duration atLeast) {
    var until = System.nanoTime() + atLeast.toNanos();
    pausedUntil = until - pausedUntil > 0 ? until : pausedUntil;
  }

  private static final class Bucket {
    private final double perNano;
    private final double most;
    private double level;
    private long filledAt = System.nanoTime();

    private Bucket(int perMinute) {
      perNano = perMinute / 60e9;
      most = Math.max(1, perMinute * BURST_MINUTES);
      level = most;
    }

    /// Takes an amount and says in how many nanoseconds it will be there.
    private long take(long amount, long now) {
      if (perNano == 0) {
        return 0;
      }
      level = Math.min(most, level + (now - filledAt) * perNano);
      filledAt = now;
      level -= amount;
      return level >= 0 ? 0 : (long) Math.ceil(-level / perNano);
    }

    private void giveBack(long amount) {
      level += amount;
    }
  }
}
