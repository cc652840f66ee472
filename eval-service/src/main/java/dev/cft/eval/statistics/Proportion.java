package dev.cft.eval.statistics;

/// Passed items among all: a binomial proportion.
///
/// @param n 1 or more
public record Proportion(long passed, long n) {
  /// The 97.5 % quantile of the standard normal distribution.
  static final double Z = 1.959963984540054;

  public Proportion {
    if (n < 1 || passed < 0 || passed > n) {
      throw new IllegalArgumentException("%d of %d is no proportion".formatted(passed, n));
    }
  }

  /// The share that passed, 0 to 1.
  public double share() {
    return (double) passed / n;
  }

  /// √(p (1 − p) / n).
  public double standardError() {
    return Math.sqrt(share() * (1 - share()) / n);
  }

  /// Wilson's score interval (Wilson 1927, equation for p₁ and p₂; also Agresti and Coull 1998,
  /// 2.1).
  public Interval wilson() {
    var z2 = Z * Z;
    var centre = (share() + z2 / (2 * n)) / (1 + z2 / n);
    var half = Z / (1 + z2 / n) * Math.sqrt(share() * (1 - share()) / n + z2 / (4.0 * n * n));
    var low = passed == 0 ? 0 : Math.max(0, centre - half);
    var high = passed == n ? 1 : Math.min(1, centre + half);
    return new Interval(low, high);
  }
}
