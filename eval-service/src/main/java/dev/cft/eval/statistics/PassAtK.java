package dev.cft.eval.statistics;

/// The chance that at least one of k samples is right, estimated without bias from n samples of
/// which c are right: 1 − C(n − c, k) / C(n, k) (Chen et al. 2021, arXiv 2107.03374, equation 1).
public final class PassAtK {
  private PassAtK() {}

  /// The estimate for one item.
  ///
  /// @param n samples, `k` or more
  /// @param c right ones among them
  /// @param k 1 or more
  public static double of(int n, int c, int k) {
    if (k < 1 || k > n || c < 0 || c > n) {
      throw new IllegalArgumentException("pass@%d of %d right among %d".formatted(k, c, n));
    }
    if (n - c < k) {
      return 1;
    }
    var noneRight = 1.0;
    for (var i = n - c + 1; i <= n; i++) {
      noneRight *= 1 - (double) k / i;
    }
    return 1 - noneRight;
  }
}
