package dev.cft.critiques.limits;

import java.time.Duration;

/// What a replica tells when it asks for turns.
///
/// @param returned what it was given and has not used, less what calls took beyond their estimate
/// @param inFlight calls
/// @param waiting calls that would be made at once if they might
/// @param urgent how many of them a client waits for
/// @param askers among whom the replica's share is divided; at least 1 while anything waits
/// @param expected what a waiting call will take, on average
/// @param succeeded calls answered since the last report
/// @param limited calls refused with 429 since then
/// @param overloaded calls that ran out of time or met a 5xx since then
/// @param pause how long the provider wants to be left alone; zero where it does not
/// @param headers the latest ones
record Report(
    Spend returned,
    int inFlight,
    int waiting,
    int urgent,
    int askers,
    Spend expected,
    int succeeded,
    int limited,
    int overloaded,
    Duration pause,
    RateHeaders headers) {
  /// Calls that the replica has or wants.
  int wanted() {
    return inFlight + waiting;
  }
}
