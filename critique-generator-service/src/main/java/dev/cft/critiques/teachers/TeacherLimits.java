package dev.cft.critiques.teachers;

import java.time.Duration;

/// How often a teacher may be asked: requests and tokens per minute.
///
/// Kept per process for now; limits shared by replicas will implement the same.
interface TeacherLimits {
  /// Longest that a caller is held; a longer wait is left to it: a job is parked.
  Duration LONGEST_WAIT = Duration.ofSeconds(60);

  /// Waits until a call of about so many tokens may be made.
  ///
  /// @throws TeacherException.RateLimited that would take longer than [#LONGEST_WAIT]
  /// @throws InterruptedException the caller is to stop
  Permit acquire(long expectedTokens) throws InterruptedException;

  /// Lets nobody ask for that long: the provider said so.
  void pause(Duration atLeast);

  /// Leave to make one call.
  interface Permit {
    /// Says what the call really used.
    void settle(long tokens);
  }
}
