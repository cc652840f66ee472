package dev.cft.benchmarks.critiques;

import java.util.Arrays;

/// The loopback teacher's limits: requests and tokens over the last 60 seconds, whenever one looks.
/// Stricter than most providers', who refill a bucket.
final class TeacherLimits {
  private static final int SLOT_MILLIS = 100;
  private static final int SLOTS = 600;

  private final long requestsPerMinute;
  private final long tokensPerMinute;
  private final long[] requests = new long[SLOTS];
  private final long[] tokens = new long[SLOTS];
  private long requestSum;
  private long tokenSum;
  private long slot;

  /// 0 is no limit.
  TeacherLimits(long requestsPerMinute, long tokensPerMinute) {
    this.requestsPerMinute = requestsPerMinute;
    this.tokensPerMinute = tokensPerMinute;
  }

  /// What a call is told.
  ///
  /// @param retryAfterMillis until the oldest calls of the minute are forgotten; 0 where accepted
  record Answer(boolean isAccepted, long requestsLeft, long tokensLeft, long retryAfterMillis) {}

  synchronized Answer take(long tokensOfCall, long nowMillis) {
    forget(nowMillis / SLOT_MILLIS);
    var isOver =
        (requestsPerMinute > 0 && requestSum + 1 > requestsPerMinute)
            || (tokensPerMinute > 0 && tokenSum + tokensOfCall > tokensPerMinute);
    if (!isOver) {
      var at = (int) (slot % SLOTS);
      requests[at]++;
      tokens[at] += tokensOfCall;
      requestSum++;
      tokenSum += tokensOfCall;
    }
    return new Answer(
        !isOver,
        Math.max(0, requestsPerMinute - requestSum),
        Math.max(0, tokensPerMinute - tokenSum),
        isOver ? untilOldestIsForgotten() : 0);
  }

  private long untilOldestIsForgotten() {
    for (int ahead = 1; ahead <= SLOTS; ahead++) {
      if (requests[(int) ((slot + ahead) % SLOTS)] > 0) {
        return (long) ahead * SLOT_MILLIS;
      }
    }
    return SLOT_MILLIS;
  }

  private void forget(long now) {
    if (now - slot >= SLOTS) {
      Arrays.fill(requests, 0);
      Arrays.fill(tokens, 0);
      requestSum = 0;
      tokenSum = 0;
    } else {
      for (long each = slot + 1; each <= now; each++) {
        var at = (int) (each % SLOTS);
        requestSum -= requests[at];
        tokenSum -= tokens[at];
        requests[at] = 0;
        tokens[at] = 0;
      }
    }
    slot = Math.max(slot, now);
  }
}
