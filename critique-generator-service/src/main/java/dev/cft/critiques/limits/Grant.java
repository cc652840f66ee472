package dev.cft.critiques.limits;

import java.time.Duration;

/// What a replica may do until it asks again.
///
/// @param slots calls in flight
/// @param turns calls that may be started; [Integer#MAX_VALUE] where nothing limits them
/// @param paid what they were charged
/// @param pause nobody asks for so long
/// @param window calls in flight that all replicas together may have at present
record Grant(int slots, int turns, Spend paid, Duration pause, int window) {
  static final Grant NOTHING = new Grant(0, 0, Spend.NONE, Duration.ZERO, 0);

  boolean isUnlimited() {
    return turns == Integer.MAX_VALUE;
  }
}
