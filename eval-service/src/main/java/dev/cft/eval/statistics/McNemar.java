package dev.cft.eval.statistics;

/// McNemar's exact test: of the items on which two models differ, each is as likely to favour one
/// as the other (McNemar 1947; the exact form is the sign test on the discordant pairs, Agresti,
/// Categorical Data Analysis, 10.1.2).
public final class McNemar {
  private McNemar() {}

  /// The two-sided p value, 0 to 1: twice the smaller tail of Binomial(b + c, ½), at most 1.
  public static double pValue(long onlyFirst, long onlySecond) {
    var n = onlyFirst + onlySecond;
    var few = Math.min(onlyFirst, onlySecond);
    if (few * 2 >= n) {
      return 1;
    }
    var tail = 0.0;
    var logTerm = -n * Math.log(2);
    for (var i = 0L; i <= few; i++) {
      tail += Math.exp(logTerm);
      logTerm += Math.log((double) (n - i) / (i + 1));
    }
    return Math.min(1, 2 * tail);
  }
}
