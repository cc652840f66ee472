package dev.cft.grading.math;

/// What a comparison found, and why.
record Comparison(Probe.Outcome outcome, String reason) {
  static Comparison same(String reason) {
    return new Comparison(Probe.Outcome.SAME, reason);
  }

  static Comparison different(String reason) {
    return new Comparison(Probe.Outcome.DIFFERENT, reason);
  }

  static Comparison unknown(String reason) {
    return new Comparison(Probe.Outcome.UNKNOWN, reason);
  }

  boolean isSame() {
    return outcome == Probe.Outcome.SAME;
  }

  boolean isDifferent() {
    return outcome == Probe.Outcome.DIFFERENT;
  }

  /// The better of two ways to read the same answers: one that says "same" wins, then one that does
  /// not know.
  Comparison or(java.util.function.Supplier<Comparison> other) {
    if (isSame()) {
      return this;
    }
    var second = other.get();
    return second.isSame() || isDifferent() ? second : this;
  }
}
