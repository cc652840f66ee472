package dev.cft.eval.statistics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Golden values are from scipy 1.16 (`binomtest(k, n).proportion_ci(method='wilson')`, `t.ppf`,
/// `t.interval`, `ttest_rel`), or worked out by hand where it says so.
class StatisticsTest {
  @ParameterizedTest
  @CsvSource({
    "286, 500, 0.5282438503629422, 0.6146582446105943",
    "0, 10, 0.0, 0.27753279986288926",
    "10, 10, 0.7224672001371109, 1.0",
    "1, 1, 0.20654931437723745, 1.0",
    "7, 20, 0.1811918241010821, 0.5671457233147637",
  })
  void the_interval_of_a_proportion_is_wilsons(long passed, long n, double low, double high) {
    var interval = new Proportion(passed, n).wilson();

    assertThat(interval.low()).isCloseTo(low, within(1e-12));
    assertThat(interval.high()).isCloseTo(high, within(1e-12));
  }

  @ParameterizedTest
  @CsvSource({
    "1, 12.706205",
    "2, 4.302653",
    "30, 2.042272",
    "31, 2.039513446396408",
    "40, 2.021075390306273",
    "60, 2.0002978220142604",
    "100, 1.9839715185235518",
    "1000, 1.9623390808264083"
  })
  void quantiles_of_students_t_are_right_in_and_beyond_the_table(int df, double quantile) {
    assertThat(StudentT.quantile975(df)).isCloseTo(quantile, within(2e-5));
  }

  @Test
  void a_mean_over_seeds_has_students_interval() {
    var sample = new Sample(List.of(0.690, 0.702, 0.734));

    assertThat(sample.mean()).isCloseTo(0.7086666666666667, within(1e-12));
    assertThat(sample.standardError().getAsDouble()).isCloseTo(0.01313181040239482, within(1e-12));
    assertThat(sample.interval().orElseThrow().low()).isCloseTo(0.6521650467922502, within(1e-7));
    assertThat(sample.interval().orElseThrow().high()).isCloseTo(0.7651682865410832, within(1e-7));
  }

  @Test
  void a_paired_difference_is_the_sample_of_differences() {
    // ttest_rel([.690, .702, .734], [.634, .622, .672]): 0.066, [0.034973, 0.097027]
    var sample = new Sample(List.of(0.690 - 0.634, 0.702 - 0.622, 0.734 - 0.672));

    assertThat(sample.mean()).isCloseTo(0.066, within(1e-12));
    assertThat(sample.interval().orElseThrow().low()).isCloseTo(0.03497312992474634, within(1e-7));
    assertThat(sample.interval().orElseThrow().high()).isCloseTo(0.09702687007525355, within(1e-7));
  }

  @Test
  void one_value_has_no_error() {
    var sample = new Sample(List.of(0.5));

    assertThat(sample.standardError()).isEmpty();
    assertThat(sample.interval()).isEmpty();
  }

  @Test
  void pairs_of_items_give_the_error_of_paired_proportions() {
    // by hand: b = 25, c = 10, n = 100: 0.15; sqrt(35 - 225/100) / 100 = 0.0572276; * 1.959964 =
    // 0.112164
    var paired = new PairedItems(25, 10, 100);

    assertThat(paired.difference()).isCloseTo(0.15, within(1e-12));
    assertThat(paired.standardError()).isCloseTo(0.05722762, within(1e-7));
    assertThat(paired.interval().low()).isCloseTo(0.15 - 0.11216407, within(1e-7));
  }
}
