package dev.cft.critiques.limits;

import java.time.Duration;
import java.util.EnumMap;
import java.util.Map;
import java.util.TreeMap;

/// What is left of a teacher's allowance and who holds how much of it: a value, so that it can be
/// read, changed by [Clearing] and written back under one lock wherever it is kept.
///
/// @param levels what may be spent now, per limited meter; below zero where calls took more than
///   estimated
/// @param filledAt when the levels were right, in milliseconds of the keeper's clock
/// @param pausedUntil the provider wants to be left alone until then
/// @param window calls in flight allowed at present: found by additive increase, multiplicative
///   decrease
/// @param isProbing the window doubles each round until the teacher first objects
/// @param shrunkAt when it last objected
/// @param slowdown part of the configured rate that is used, between 0 and 1
/// @param learned limits per minute that the provider's headers tell
/// @param replicas who asked lately, by replica id
record Ledger(
    Map<Meter, Double> levels,
    long filledAt,
    long pausedUntil,
    double window,
    boolean isProbing,
    long shrunkAt,
    double slowdown,
    Map<Meter, Long> learned,
    Map<String, Holder> replicas) {
  /// A replica's part.
  ///
  /// @param slots calls in flight that it may have
  /// @param wanted calls in flight that it would like to have
  /// @param urgent calls that clients wait for
  /// @param pass turns that it took for each of its askers, counted from the replica that took
  ///   fewest: who is behind goes first
  /// @param waits whether it wanted more turns than it got
  record Holder(
      int slots, int wanted, int urgent, int askers, double pass, boolean waits, long seenAt) {}

  /// Replicas that were silent for so long are gone: longer than a call may go unreported
  /// ([CallGate] reports each second while calls are in flight).
  static final Duration FORGOTTEN_AFTER = Duration.ofSeconds(10);

  /// Where a window begins (our choice): enough for most teachers, too little to upset any.
  private static final int FIRST_WINDOW = 32;

  Ledger {
    levels = Map.copyOf(levels);
    learned = Map.copyOf(learned);
    replicas = Map.copyOf(replicas);
  }

  static Ledger fresh(Allowance allowance, long now) {
    return new Ledger(
        Map.of(),
        now,
        0,
        Math.min(allowance.concurrency(), FIRST_WINDOW),
        true,
        0,
        1,
        Map.of(),
        Map.of());
  }

  /// The same without replicas that are gone.
  Map<String, Holder> alive(long now) {
    var alive = new TreeMap<>(replicas);
    alive.values().removeIf(each -> each.seenAt() < now - FORGOTTEN_AFTER.toMillis());
    return alive;
  }

  Map<Meter, Double> levelsCopy() {
    var copy = new EnumMap<Meter, Double>(Meter.class);
    copy.putAll(levels);
    return copy;
  }
}
