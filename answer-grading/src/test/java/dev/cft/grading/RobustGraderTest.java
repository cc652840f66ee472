package dev.cft.grading;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Timeout.ThreadMode.SEPARATE_THREAD;

import dev.cft.grading.math.MathOptions;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Own cases by feature; the published data sets have tests of their own.
class RobustGraderTest {
  private static final Grader ROBUST = Graders.named("robust");

  @ParameterizedTest
  @CsvSource({
    "196, The answer is 196!, correct",
    "120, The answer is 5!, correct",
    "5, The answer is 5!!, correct",
    "6, The answer is 5!, incorrect",
    "5, The answer is $5!$, incorrect",
    "5!, The answer is 5., incorrect",
    "5, Then there are 5! = 120 orders!, incorrect",
    "5, \\boxed{5!}, incorrect"
  })
  void an_exclamation_mark_behind_prose_may_be_the_sentences(
      String gold, String text, String verdict) {
    assertThat(ROBUST.grade(gold, text).verdict()).isEqualTo(verdict);
    assertThat(Graders.named("robust@1").grade("196", "The answer is 196!").isCorrect()).isFalse();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      quoteCharacter = '`',
      value = {
        "\\frac{3}{4}; 0.75",
        "\\frac{3}{4}; \\dfrac34",
        "\\frac{3}{4}; 6/8",
        "1\\frac{1}{2}; 1.5",
        "1\\frac{1}{2}; 1 1/2",
        "2\\sqrt{2}; \\sqrt8",
        "\\sqrt[3]{-8}; -2",
        "x^2-1; (x-1)(x+1)",
        "\\sin^2 x; 1-\\cos^2 x",
        "\\ln 8; 3\\ln 2",
        "\\log_2 8; 3",
        "12\\%; 0.12",
        "12\\%; 12",
        "90^\\circ; \\frac{\\pi}{2}",
        "5\\text{ cm}; 5",
        "5\\text{ cm}; 5 centimeters",
        "1{,}234{,}567; 1234567",
        "6.02\\times 10^{23}; 6.02e23",
        "\\pm 3; 3, -3",
        "\\pm 3; x = 3 or x = -3",
        "(-\\infty, 2]; x \\le 2",
        "[1,3)\\cup(5,7]; (5,7] \\cup [1,3)",
        "\\{1,2,3\\}; 3, 1 and 2",
        "\\mathbb{R}\\setminus\\{2\\}; (-\\infty,2)\\cup(2,\\infty)",
        "\\begin{pmatrix}1&0\\\\0&1\\end{pmatrix}; \\begin{bmatrix}1 & 0 \\\\ 0 & 1\\end{bmatrix}",
        "(1,2); \\begin{pmatrix}1\\\\2\\end{pmatrix}",
        "y=2x+1; 2x - y + 1 = 0",
        "f(x)=x^2; f(t)=t^2",
        "2<x<5; 5 > x > 2",
        "n!; n\\cdot(n-1)!",
        "\\binom{n}{2}; \\frac{n(n-1)}{2}",
        "\\sum_{k=1}^{n} k; \\frac{n(n+1)}{2}",
        "\\text{Evelyn}; evelyn",
        "1011_2; 1011_{2}",
        "3+4i; 4i+3",
        "e^{i\\pi}; -1",
        "7:3; 14:6",
        "\\lfloor 7/2 \\rfloor; 3",
        "1/3; 0.333333",
        "\\frac{600}{7}; 85.71",
        "85.71; \\frac{600}{7}",
        "2\\pi; 6.283",
        "\\frac{2}{3}; 66.67\\%",
        "\\sqrt{2}\\text{ cm}; 1.414 cm",
        "(\\sqrt{2}, 1); (1.414, 1)",
      })
  void these_are_the_same(String gold, String answer) {
    var grade = ROBUST.grade(gold, "So the result is \\boxed{%s}.".formatted(answer));

    assertThat(grade.verdict()).as(grade.reason()).isEqualTo("correct");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      quoteCharacter = '`',
      value = {
        "x+5; |x+5|",
        "\\sqrt{(x-20)^2}; x-20",
        "\\frac{3}{4}; 0.7",
        "\\frac{600}{7}; 85.7",
        "\\frac{600}{7}; 85.72",
        "\\frac{600}{7}; 85.713",
        "85.714; 85.71",
        "98721; 98721.4",
        "\\pi; 3.14",
        "0.02; 0.04",
        "12; 1200",
        "(1,2); [1,2]",
        "(1,2); (2,1)",
        "[0,1); (0,1)",
        "x>5; x<5",
        "\\pm 3; 3",
        "y=3; z=3",
        "5\\text{ cm}; 5 km",
        "\\sqrt{x^2}; x",
        "1-\\frac1e; 1+\\frac1e",
        "12:00; 1:00",
        "\\text{Evelyn}; Angela",
        "2^{2014}; 2^{2013}",
        "1,2,3; 1,2",
        "1e-8; 2e-8",
        "12345678901234567890; 12345678901234567891",
        "\\lfloor\\sqrt{n-1}\\rfloor; \\lfloor n/2\\rfloor",
      })
  void these_are_different(String gold, String answer) {
    var grade = ROBUST.grade(gold, "So the result is \\boxed{%s}.".formatted(answer));

    assertThat(grade.verdict()).as(grade.reason()).isEqualTo("incorrect");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      quoteCharacter = '`',
      value = {
        "First \\boxed{1}. No: \\boxed{2}.; 2",
        "\\boxed{1} and \\boxed{2}; 1, 2",
        "The final answer is $\\frac12$. I hope it is correct.; \\frac12",
        "#### 42; 42",
        "There are 12 of them in the 3 rows, so the total is 36.; 36",
        "We get \\[ x = 7 \\]; 7",
        "<think>It is 5.</think>The answer is 6.; 6",
        "It breaks off at \\boxed{\\frac{1}{2}; \\frac12",
      })
  void the_answer_is_found_in_a_text(String text, String gold) {
    var grade = ROBUST.grade(gold, text);

    assertThat(grade.verdict()).as(grade.toString()).isEqualTo("correct");
  }

  @Test
  void options_change_what_counts() {
    var loose = Graders.robust(new MathOptions(2, false, false, false));

    assertThat(loose.grade("3.14159", "\\boxed{3.14}").isCorrect()).isTrue();
    assertThat(loose.grade("2x+1", "\\boxed{2t+1}").isCorrect()).isTrue();
    assertThat(loose.grade("(0,1)", "\\boxed{0<x<1}").isCorrect()).isFalse();
    assertThat(ROBUST.grade("(0,1)", "\\boxed{0<x<1}").isCorrect()).isTrue();
  }

  @Test
  void a_text_without_an_answer_and_a_gold_that_is_none_are_told_apart() {
    assertThat(ROBUST.grade("5", " ").verdict()).isEqualTo("no_answer");
    assertThat(ROBUST.grade("\\frac{1}{", "\\boxed{5}").verdict()).isEqualTo("undecided");
    assertThat(ROBUST.objectionTo("\\frac{1}{")).isPresent();
    assertThat(ROBUST.objectionTo("\\frac{1}{2}")).isEmpty();
  }

  /// The limits are on work, not on time; the generous time only catches what has none.
  @ParameterizedTest
  @ValueSource(
      strings = {
        "10^{10^{10}}",
        "9^{9^{9^{9}}}",
        "1000000!",
        "\\sum_{k=1}^{1000000000} k",
        "1e999999",
        "\\sum_{i=1}^{2000}\\sum_{j=1}^{2000}\\sum_{k=1}^{2000} ijk",
        "(2^{1000})^{1000}",
        "\\binom{10^9}{10^8}",
        "(x+y)^{1000000}",
        "\\prod_{k=1}^{2000}(10^{100})^{k}"
      })
  @Timeout(value = 300, threadMode = SEPARATE_THREAD)
  void hostile_numbers_are_given_up_on(String answer) {
    assertThatNoWorkExplodes(answer);
  }

  @Test
  @Timeout(value = 60, threadMode = SEPARATE_THREAD)
  void hostile_texts_are_given_up_on() {
    for (var part :
        List.of(
            "{",
            "(",
            "\\frac{1}{",
            "\\boxed{",
            "|",
            "\\sqrt",
            "2^",
            "-",
            "1/",
            "1,",
            "$x$ ",
            "\\[",
            "\\text{",
            ". ",
            " ",
            "the answer is ",
            "**")) {
      assertThatNoWorkExplodes(part.repeat(20_000) + "1");
    }
    assertThatNoWorkExplodes(
        "\\begin{pmatrix}" + ("1&".repeat(900) + "1\\\\").repeat(300) + "\\end{pmatrix}");
  }

  private static void assertThatNoWorkExplodes(String answer) {
    ROBUST.grade("5", answer);
    ROBUST.grade(answer, "\\boxed{" + answer + "+1}");
  }

  @Test
  void random_texts_raise_nothing_and_equal_themselves() {
    var random = new Random(7);
    var parts =
        List.of(
            "\\frac",
            "{",
            "}",
            "1",
            "2",
            "x",
            "^",
            "_",
            "\\sqrt",
            "(",
            ")",
            "[",
            "]",
            ",",
            "+",
            "-",
            "=",
            "<",
            "\\cup",
            "\\pm",
            "|",
            "\\pi",
            "e",
            "i",
            "%",
            "\\text{cm}",
            " ",
            "\\%",
            "!",
            ".",
            "\\infty",
            "\\\\",
            "&",
            "\\begin{pmatrix}",
            "\\end{pmatrix}",
            "\\{",
            "\\}",
            ":",
            "and");
    for (var round = 0; round < 20_000; round++) {
      var text = new StringBuilder();
      for (var i = random.nextInt(12); i >= 0; i--) {
        text.append(parts.get(random.nextInt(parts.size())));
      }
      var answer = "\\boxed{" + text + "}";
      var grade = ROBUST.grade(answer, answer);
      assertThat(grade).as(answer).isNotInstanceOf(Grade.Incorrect.class);
      ROBUST.grade("\\frac{x}{2}", answer);
    }
  }

  @Test
  void rewriting_an_expression_changes_no_verdict() {
    var random = new Random(11);
    for (var round = 0; round < 2_000; round++) {
      int a = random.nextInt(1, 50);
      int b = random.nextInt(1, 50);
      int k = random.nextInt(2, 9);
      var pairs =
          List.of(
              List.of("%d x + %d y".formatted(a, b), "%d y + %d x".formatted(b, a)),
              List.of("\\frac{%d}{%d}".formatted(a, b), "\\frac{%d}{%d}".formatted(k * a, k * b)),
              List.of("\\{%d, %d, -1\\}".formatted(a, b), "\\{-1, %d, %d\\}".formatted(b, a)),
              List.of("%d(x+%d)".formatted(k, a), "%dx+%d".formatted(k, k * a)),
              List.of("\\sqrt{%d}".formatted(k * k * a), "%d\\sqrt{%d}".formatted(k, a)),
              List.of("%dx+%dy=1".formatted(a, b), "%dx+%dy=%d".formatted(k * a, k * b, k)));
      for (var pair : pairs) {
        assertThat(ROBUST.grade(pair.get(0), "\\boxed{" + pair.get(1) + "}").verdict())
            .as("%s", pair)
            .isEqualTo("correct");
        assertThat(ROBUST.grade(pair.get(0), "\\boxed{" + pair.get(1) + "+1}").isCorrect())
            .as("%s plus one", pair)
            .isFalse();
      }
    }
  }
}
