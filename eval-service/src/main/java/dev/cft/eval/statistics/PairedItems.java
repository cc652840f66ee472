package dev.cft.eval.statistics;

/// Two models on the same items.
///
/// @param onlyFirst items that only the first got right
/// @param onlySecond items that only the second got right
/// @param n all items that both answered, 1 or more
public record PairedItems(long onlyFirst, long onlySecond, long n) {
  /// Share of the first minus share of the second.
  public double difference() {
    return (double) (onlyFirst - onlySecond) / n;
  }

  /// Of the difference of two paired proportions: √(b + c − (b − c)²/n) / n (Agresti, Categorical
  /// Data Analysis, 2nd edition, equation 10.2).
  public double standardError() {
    var b = (double) onlyFirst;
    var c = (double) onlySecond;
    return Math.sqrt(b + c - (b - c) * (b - c) / n) / n;
  }

  /// Wald's interval.
  public Interval interval() {
    var half = Proportion.Z * standardError();
    return new Interval(difference() - half, difference() + half);
  }
}
