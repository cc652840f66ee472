package dev.cft.grading;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class NumericGraderTest {
  private final Grader grader = Graders.named("numeric");

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "18 | #### 18",
        "18 | #### 18.00",
        "18 | #### $18",
        "18 | #### \\$18",
        "18 | #### 18 eggs",
        "18 | #### x = 18",
        "18 | #### **18**",
        "18 | #### +18",
        "5,600 | #### 5600",
        "1,450,000 | #### 1450000.0",
        "5600 | #### 5{,}600",
        "0.5 | #### 1/2",
        "1/2 | #### 7/14",
        "1/2 | \\boxed{\\dfrac{1}{2}}",
        "1/2 | \\boxed{\\frac12}",
        "1.5 | #### 1 1/2",
        "-0.75 | \\boxed{-\\frac{3}{4}}",
        "-5 | #### −5",
        "-5 | #### -$5",
        "1200 | #### 1.2e3",
        "0.0012 | #### 1.2E-3",
        "-1800000000 | A: -1.8 billion",
        "50% | #### 50",
        "50 | #### 50%",
        "50% | #### 0.5",
        "0.5 | #### 50\\%",
        "90 | \\boxed{90^\\circ}",
        "12 | \\boxed{12\\text{ cm}}",
        "12 | \\boxed{12 \\mathrm{~m}/s^2}",
        ".5 | #### 0.50",
        "0.1 | #### 0.1000000000",
        "She sold 48/2 = <<48/2=24>>24.\\n#### 72 | so #### 72",
      })
  void equal_numbers_are_correct_however_they_are_written(String gold, String prediction) {
    var grade = grader.grade(gold.replace("\\n", "\n"), prediction);

    assertThat(grade).isInstanceOf(Grade.Correct.class);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "18 | #### 19",
        "18 | #### -18",
        "0.3333 | #### 1/3",
        "0.5 | #### 50",
        "50% | #### 0.5%",
        "0.1 | #### 0.1000000000000000000000001",
        "100 | #### 1,00,0",
      })
  void other_numbers_are_not_correct(String gold, String prediction) {
    assertThat(grader.grade(gold, prediction).isCorrect()).isFalse();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"A: 10+John's age", "#### 3 or 4", "\\boxed{(1,2)}", "#### 1/0", "#### 3,5"})
  void what_is_not_one_number_is_undecided_with_the_reason(String prediction) {
    var grade = grader.grade("10", prediction);

    assertThat(grade).isInstanceOf(Grade.Undecided.class);
    assertThat(grade.reason()).startsWith("the answer is not a number: '");
  }

  @Test
  void a_gold_answer_that_is_no_number_is_objected_to_before_grading() {
    assertThat(grader.objectionTo("(0, 1]")).contains("the gold answer is not a number: '(0, 1]'");
    assertThat(grader.grade("(0, 1]", "#### 1")).isInstanceOf(Grade.Undecided.class);
    assertThat(grader.objectionTo("work\n#### 1,000")).isEmpty();
  }

  @Test
  void a_text_without_a_number_is_no_answer() {
    assertThat(grader.grade("1", "no idea").verdict()).isEqualTo("no_answer");
  }

  @Test
  void the_reason_names_both_numbers_and_the_rule_is_recorded() {
    var grade = grader.grade("1/2", "so \\boxed{\\frac{2}{3}}");

    assertThat(grade.reason()).isEqualTo("2/3 is not 1/2");
    assertThat(grade.answer().orElseThrow().rule()).isEqualTo(FinalAnswer.Rule.BOXED);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "1e999999999",
        "#### 1e-999999999",
        "9",
        "1,",
        "{",
        "\\boxed{",
        "-",
        "\\frac{",
        "A: 1 "
      })
  void hostile_input_costs_no_time(String piece) {
    var start = System.nanoTime();

    grader.grade("5", piece.repeat(20_000));

    assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(2));
  }

  @Test
  void names_carry_versions() {
    assertThat(Graders.named("numeric@1").name()).isEqualTo("numeric@1");
    assertThat(grader.name()).isEqualTo("numeric@1");
    assertThatThrownBy(() -> Graders.named("best"))
        .hasMessageStartingWith("unknown grader 'best'; known: [exact@1, numeric@1, robust@1,");
  }

  @Test
  void exact_compares_texts() {
    var exact = Graders.named("exact");

    assertThat(exact.grade("Paris", " Paris\n").isCorrect()).isTrue();
    assertThat(exact.grade("B", "The answer is B.").isCorrect()).isTrue();
    assertThat(exact.grade("18", "#### 18.0").isCorrect()).isFalse();
    assertThat(exact.grade("18", " ").verdict()).isEqualTo("no_answer");
  }
}
