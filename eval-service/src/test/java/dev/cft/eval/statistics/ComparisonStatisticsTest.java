package dev.cft.eval.statistics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import org.junit.jupiter.api.Test;

class ComparisonStatisticsTest {
  @Test
  void pass_at_k_is_the_share_of_subsets_that_hold_a_right_sample() {
    for (var n = 1; n <= 8; n++) {
      for (var c = 0; c <= n; c++) {
        for (var k = 1; k <= n; k++) {
          assertThat(PassAtK.of(n, c, k)).isCloseTo(byCounting(n, c, k), within(1e-12));
        }
      }
    }
    assertThatThrownBy(() -> PassAtK.of(2, 1, 3)).isInstanceOf(IllegalArgumentException.class);
  }

  private static double byCounting(int n, int c, int k) {
    var all = 0;
    var hit = 0;
    for (var subset = 0; subset < 1 << n; subset++) {
      if (Integer.bitCount(subset) == k) {
        all++;
        hit += (subset & ((1 << c) - 1)) != 0 ? 1 : 0;
      }
    }
    return (double) hit / all;
  }

  /// scipy.stats.binomtest(few, n, 0.5).pvalue
  @Test
  void mcnemar_agrees_with_scipys_binomial_test() {
    assertThat(McNemar.pValue(0, 0)).isEqualTo(1);
    assertThat(McNemar.pValue(5, 5)).isEqualTo(1);
    assertThat(McNemar.pValue(1, 9)).isCloseTo(0.021484375, within(1e-12));
    assertThat(McNemar.pValue(9, 1)).isCloseTo(0.021484375, within(1e-12));
    assertThat(McNemar.pValue(10, 25)).isCloseTo(0.01667384780012071, within(1e-12));
    assertThat(McNemar.pValue(400, 600)).isCloseTo(2.7284641560660184e-10, within(1e-15));
  }

  @Test
  void the_bootstrap_interval_is_that_of_the_normal_distribution_for_many_items() {
    var values = new double[2000];
    Arrays.fill(values, 0, 500, 1.0);

    var interval = Bootstrap.ofMean(values, 0.95, 7);

    var half = 1.96 * Math.sqrt(0.25 * 0.75 / 2000);
    assertThat(interval.low()).isCloseTo(0.25 - half, within(0.002));
    assertThat(interval.high()).isCloseTo(0.25 + half, within(0.002));
    assertThat(Bootstrap.ofMean(values, 0.95, 7)).isEqualTo(interval);
  }
}
