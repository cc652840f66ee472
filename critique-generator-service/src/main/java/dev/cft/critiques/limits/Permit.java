package dev.cft.critiques.limits;

import java.time.Duration;

/// Leave to make one call. Exactly one of its methods is to be called once.
public interface Permit {
  /// The call was answered.
  ///
  /// @param used what it took, as the provider counts it
  void answered(Spend used, RateHeaders headers);

  /// The call was refused with 429.
  ///
  /// @param retryAfter zero where the provider does not say
  void limited(Duration retryAfter, RateHeaders headers);

  /// The call ran out of time or met a server error.
  void overloaded();

  /// The call was refused for what it is.
  void refused();

  /// The call was not made after all.
  void unused();
}
