package dev.cft.grading;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// What `robust` leaves to computer algebra.
class ByAlgebraTest {
  private static final Grader ROBUST = Graders.named("robust@2");

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      quoteCharacter = '`',
      value = {
        "\\int_0^1 x^2 \\, dx; \\frac13",
        "\\frac13; \\int_0^1 x^2\\,\\mathrm{d}x",
        "\\int_0^1 \\frac{dx}{1+x^2}; \\frac{\\pi}{4}",
        "\\int_{-\\infty}^{\\infty} e^{-x^2} dx; \\sqrt{\\pi}",
        "\\int_0^1\\int_0^x xy\\,dy\\,dx; \\frac18",
        "\\int_0^t x\\,dx; \\frac{t^2}{2}",
        "\\int x^2 dx; \\frac{x^3}{3}+C",
        "\\int_0^1 x\\,dx; 0.5",
        "y=\\int_0^1 x\\,dx; y=\\frac12",
        "(\\int_0^1 x\\,dx, 2); (\\frac12, 2)",
        "\\lim_{x\\to 0}\\frac{\\sin x}{x}; 1",
        "\\lim_{n\\to\\infty} (1+\\frac1n)^n; e",
        "\\lim_{x\\to 2} \\frac{x^3-8}{x-2}; 12",
        "\\sum_{k=1}^{\\infty} \\frac{1}{k^2}; \\frac{\\pi^2}{6}",
        "\\sum_{k=0}^{\\infty} x^k; \\frac{1}{1-x}",
        "\\sum_{k=1}^{100000} k; 5000050000",
        "\\frac{d}{dx} x^3; 3x^2",
        "\\frac{d}{dx}(x^2\\sin x); 2x\\sin x+x^2\\cos x",
      })
  void these_are_the_same(String gold, String answer) {
    assertThat(graded(gold, answer))
        .isInstanceOf(Grade.Correct.class)
        .extracting(Grade::reason)
        .asString()
        .matches("the same value by computer algebra|the same values in order");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      quoteCharacter = '`',
      value = {
        "\\int_0^1 x^2 \\, dx; \\frac12",
        "\\int x^2 dx; \\frac{x^3}{2}+C",
        "\\lim_{x\\to 0}\\frac{\\sin x}{x}; 0",
        "\\sum_{k=0}^{\\infty} \\frac{1}{2^k}; 3",
        "\\frac{d}{dx} x^3; 3x",
      })
  void these_are_different(String gold, String answer) {
    assertThat(graded(gold, answer))
        .isInstanceOf(Grade.Incorrect.class)
        .extracting(Grade::reason)
        .isEqualTo("another value by computer algebra");
  }

  /// The first three are wrong answers of the system; it has none for the others.
  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      quoteCharacter = '`',
      value = {
        "\\int_{-1}^1 \\frac{1}{x^2} dx; -2",
        "\\lim_{n\\to\\infty} \\frac{\\sqrt[n]{n!}}{n}; 0",
        "\\lim_{x\\to 0} \\frac{|x|}{x}; 1",
        "\\sum_{k=1}^{\\infty} \\frac1k; 5",
        "\\lim_{x\\to2} x^2+3x; 10",
        "\\int_0^1 f(x)\\,dx; 3",
        "\\int_0^{10^{10^{10}}} x^{x^x} dx; 3",
      })
  void these_stay_undecided(String gold, String answer) {
    assertThat(graded(gold, answer)).isInstanceOf(Grade.Undecided.class);
  }

  @Test
  void the_first_version_asks_nobody() {
    assertThat(Graders.named("robust@1").grade("\\int_0^1 x^2 dx", "\\boxed{\\frac13}"))
        .isInstanceOf(Grade.Undecided.class);
  }

  private static Grade graded(String gold, String answer) {
    return ROBUST.grade(gold, "So the result is \\boxed{%s}.".formatted(answer));
  }
}
