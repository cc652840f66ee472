package dev.cft.grading.math;

/// Steps of work left to one comparison. Counted, not timed, so that a verdict does not depend on
/// the machine.
final class Budget {
  /// Steps of evaluation in a comparison: some 20 ns each, so about 10 ms (our choice).
  static final int STEPS = 500_000;

  private int left;

  Budget(int steps) {
    left = steps;
  }

  void spend(int steps) {
    left -= steps;
    if (left < 0) {
      throw new ExhaustedException();
    }
  }

  /// The comparison is too much work.
  static final class ExhaustedException extends RuntimeException {
    private static final long serialVersionUID = 1;

    ExhaustedException() {
      super("it takes too much work", null, false, false);
    }
  }
}
