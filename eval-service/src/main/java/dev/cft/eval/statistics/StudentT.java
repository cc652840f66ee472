package dev.cft.eval.statistics;

/// Student's t distribution, as far as 95 % intervals need it.
final class StudentT {
  /// 97.5 % quantiles for 1 to 30 degrees of freedom, from scipy.stats.t.ppf(0.975, df).
  private static final double[] EXACT = {
    12.706205, 4.302653, 3.182446, 2.776445, 2.570582, 2.446912, 2.364624, 2.306004, 2.262157,
    2.228139, 2.200985, 2.178813, 2.160369, 2.144787, 2.131450, 2.119905, 2.109816, 2.100922,
    2.093024, 2.085963, 2.079614, 2.073873, 2.068658, 2.063899, 2.059539, 2.055529, 2.051831,
    2.048407, 2.045230, 2.042272
  };

  private StudentT() {}

  /// The 97.5 % quantile; beyond the table by the expansion in 1/df (Abramowitz and Stegun 26.7.5),
  /// whose error there is below 1e-5.
  static double quantile975(int degreesOfFreedom) {
    if (degreesOfFreedom < 1) {
      throw new IllegalArgumentException(
          "degrees of freedom must be at least 1, was " + degreesOfFreedom);
    }
    if (degreesOfFreedom <= EXACT.length) {
      return EXACT[degreesOfFreedom - 1];
    }
    var z = Proportion.Z;
    double df = degreesOfFreedom;
    var first = (Math.pow(z, 3) + z) / 4;
    var second = (5 * Math.pow(z, 5) + 16 * Math.pow(z, 3) + 3 * z) / 96;
    var third = (3 * Math.pow(z, 7) + 19 * Math.pow(z, 5) + 17 * Math.pow(z, 3) - 15 * z) / 384;
    return z + first / df + second / (df * df) + third / (df * df * df);
  }
}
