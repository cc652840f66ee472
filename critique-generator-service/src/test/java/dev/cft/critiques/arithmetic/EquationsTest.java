package dev.cft.critiques.arithmetic;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class EquationsTest {
  private static List<String> judged(String text) {
    return Equations.in(text).stream()
        .map(e ->
            e.isRight()
                ? "%s = %s right".formatted(e.left().text(), e.stated())
                : "%s = %s not %s".formatted(e.left().text(), e.computed(), e.stated()))
        .toList();
  }

  @Nested
  class Found {
    @Test
    void a_plain_equation_in_a_sentence() {
      assertThat(judged("Ann sold 48/2 = 24 clips in May.")).containsExactly("48 / 2 = 24 right");
    }

    @Test
    void units_money_and_thousands_separators_are_passed_over() {
      assertThat(judged("200 hours * $50/hour = $10,000 a day"))
          .containsExactly("200 * 50 = 10000 right");
      assertThat(judged("3 books/person x 2 people = 6 books")).containsExactly("3 * 2 = 6 right");
    }

    @Test
    void a_calculator_note_counts_where_the_text_cannot_be_read() {
      assertThat(judged("Half of that is <<48/2=25>>25")).containsExactly("48 / 2 = 24 not 25");
      assertThat(judged("So 48+24 = <<48+24=72>>72 clips")).containsExactly("48 + 24 = 72 right");
    }

    @Test
    void a_chain_gives_one_equation_for_each_sign() {
      assertThat(judged("4 * 60 / 5 = 4 * 12 = 47"))
          .containsExactly("4 * 60 / 5 = 4 * 12 right", "4 * 12 = 48 not 47");
    }

    @Test
    void percentages_in_their_several_readings() {
      assertThat(judged("25% of 40 = 10")).containsExactly("25% * 40 = 10 right");
      assertThat(judged("15/60 * 100 = 25%")).containsExactly("15 / 60 * 100 = 25% right");
      assertThat(judged("100% - 20% = 80%")).containsExactly("100% - 20% = 80% right");
      assertThat(judged("50 * 20% = 1000")).containsExactly("50 * 20% = 10 not 1000");
    }

    @Test
    void latex_and_unicode_signs() {
      assertThat(judged("\\( 3 \\times 60 = 180 \\) meters")).containsExactly("3 * 60 = 180 right");
      assertThat(judged("k = \\frac{4}{1024} = \\frac{1}{256}"))
          .containsExactly("(4 / 1024) = (1 / 256) right");
      assertThat(judged("7 × 8 − 6 ÷ 2 = 53")).containsExactly("7 * 8 - 6 / 2 = 53 right");
    }

    @Test
    void negative_numbers_and_parentheses() {
      assertThat(judged("The sum is -48+21+-3=-30")).containsExactly("-48 + 21 + -3 = -30 right");
      assertThat(judged("(2 + 3) * 4 = 24")).containsExactly("(2 + 3) * 4 = 20 not 24");
    }

    @Test
    void a_closely_written_fraction_after_a_division_sign_is_one_number() {
      assertThat(judged("2 miles / 1/6 hour = 12 miles/hour"))
          .containsExactly("2 / (1 / 6) = 12 right");
    }
  }

  @Nested
  class Rounding {
    @Test
    void an_endless_decimal_may_be_cut_or_rounded_but_not_to_a_whole_number() {
      assertThat(judged("10/3 = 3.33")).containsExactly("10 / 3 = 3.33 right");
      assertThat(judged("2/3 = 0.67")).containsExactly("2 / 3 = 0.67 right");
      assertThat(judged("10/3 = 3")).containsExactly("10 / 3 = 3.33333 not 3");
    }

    @Test
    void what_is_called_approximate_may_be_whole() {
      assertThat(judged("10/3 ≈ 3")).containsExactly("10 / 3 = 3 right");
      assertThat(judged("10/3 = about 3")).containsExactly("10 / 3 = 3 right");
    }

    @Test
    void an_exact_decimal_may_be_rounded_to_cents_only() {
      assertThat(judged("0.125 * 3 = 0.38")).containsExactly("0.125 * 3 = 0.38 right");
      assertThat(judged("1.15 + 1.2 = 2.4")).containsExactly("1.15 + 1.2 = 2.35 not 2.4");
    }

    @Test
    void binary_floating_point_noise_is_no_error() {
      assertThat(judged("4.20 + 9.45 + 1.35 = 14.999999999999998"))
          .containsExactly("4.20 + 9.45 + 1.35 = 14.999999999999998 right");
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "x = 5",
        "2x + 3 = 9",
        "half of 10 + 2 = 7",
        "1/2 hour = 30 minutes",
        "12 x 1 and 1/4 = 15",
        "The sun sets at 6:00 + 48 = 6:48",
        "5! / 3! = 20",
        "sqrt(16) + 2 = 6",
        "√ 16 + 2 = 6",
        "17 / 5 = 3 remainder 2",
        "1 foot = 12 inches",
        "f(3) + 4 = 9",
        "4 * 2 = 8 * y",
        "6 / 0 = 0",
        "He has 3 apples and 4 pears.",
      })
  void what_cannot_be_read_for_certain_is_left_alone(String text) {
    assertThat(judged(text)).isEmpty();
  }

  @Test
  void hostile_text_takes_no_long_time() {
    var deep = "(".repeat(5_000) + "1" + ")".repeat(5_000) + " + 1 = 2";
    var wide = "1 + ".repeat(1_200) + "1 = 2";
    var power = "9^9^9^9^9 * 99999999^12 = 1";

    assertThat(judged(deep)).isEmpty();
    assertThat(judged(wide)).isEmpty();
    assertThat(judged(wide.repeat(20))).isEmpty();
    assertThat(judged(power)).isEmpty();
  }
}
