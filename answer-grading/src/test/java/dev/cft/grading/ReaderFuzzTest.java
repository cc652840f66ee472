package dev.cft.grading;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Timeout.ThreadMode.SEPARATE_THREAD;

import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.RepetitionInfo;
import org.junit.jupiter.api.Timeout;

/// Random LaTeX, most of it broken: every text is read or refused with a reason, and never costs
/// more than the limits on work allow; the generous time only catches what has none.
class ReaderFuzzTest {
  private static final List<String> PARTS =
      List.of(
          "\\frac",
          "\\dfrac12",
          "{",
          "}",
          "(",
          ")",
          "[",
          "]",
          "\\{",
          "\\}",
          "\\left(",
          "\\right)",
          "|",
          "1",
          "2",
          "03",
          "4.5",
          "1,234",
          "x",
          "y",
          "n",
          "d",
          "dx",
          "e",
          "i",
          "\\pi",
          "^",
          "_",
          "+",
          "-",
          "*",
          "/",
          "=",
          "<",
          "\\le",
          "\\ne",
          "\\in",
          "\\cup",
          "\\setminus",
          "\\pm",
          "\\to",
          "\\sqrt",
          "\\sqrt[3]",
          "\\sin",
          "\\log_2",
          "\\ln",
          "!",
          "%",
          "\\%",
          "^\\circ",
          "'",
          ":",
          ";",
          ",",
          ".",
          "&",
          "\\\\",
          "\\begin{pmatrix}",
          "\\end{pmatrix}",
          "\\begin{cases}",
          "\\text{cm}",
          "\\text{ and }",
          "and",
          "no solution",
          "\\infty",
          "\\int",
          "\\int_0^1",
          "\\sum_{k=1}^n",
          "\\prod",
          "\\lim_{x\\to0^+}",
          "\\frac{d}{dx}",
          "\\binom",
          "\\lfloor",
          "\\rfloor",
          "\\mathbb{R}",
          "\\boxed{",
          "$",
          "\\[",
          "\\]",
          " ",
          "\\,",
          "\\",
          "−",
          "½",
          "𝑑",
          "\u0000",
          "10^{10^{10}}");

  @RepeatedTest(4)
  @Timeout(value = 300, threadMode = SEPARATE_THREAD)
  void random_latex_is_read_or_refused_with_a_reason(RepetitionInfo round) {
    var random = new Random(round.getCurrentRepetition());
    for (var text = 0; text < 20_000; text++) {
      var answer = new StringBuilder();
      for (var i = random.nextInt(4 * round.getCurrentRepetition()); i >= 0; i--) {
        answer.append(PARTS.get(random.nextInt(PARTS.size())));
      }
      for (var grader : List.of("robust@1", "robust@2")) {
        assertThat(Graders.named(grader).objectionTo(answer.toString()))
            .as("%s on %s", grader, answer)
            .satisfies(reason -> reason.ifPresent(words -> assertThat(words).isNotBlank()));
      }
    }
  }
}
