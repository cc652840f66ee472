package dev.cft.grading;

import dev.cft.grading.Numbers.Quantity;
import dev.cft.grading.math.Rational;
import java.math.BigDecimal;
import java.util.Optional;

/// `numeric@1`: final answers compared as exact rational numbers, with no tolerance.
///
/// Thousands separators, currency signs, units and trailing zeros do not matter. Where exactly one
/// side has a percent sign, `50%` equals both 50 and 0.5.
final class NumericGrader implements Grader {
  private static final Rational HUNDRED = Rational.of(BigDecimal.valueOf(100));

  @Override
  public String name() {
    return "numeric@1";
  }

  @Override
  public Optional<String> objectionTo(String gold) {
    return goldOf(gold).isPresent()
        ? Optional.empty()
        : Optional.of("the gold answer is not a number: '%s'".formatted(shortened(gold)));
  }

  @Override
  public Grade grade(String gold, String prediction) {
    var found = FinalAnswer.find(prediction);
    if (found.isEmpty()) {
      return new Grade.NoAnswer("the text has no marked answer and no number");
    }
    var answer = found.get();
    var wanted = goldOf(gold);
    if (wanted.isEmpty()) {
      return new Grade.Undecided(answer, objectionTo(gold).orElseThrow());
    }
    return Numbers.read(answer.text())
        .map(got -> compare(wanted.get(), got, answer))
        .orElseGet(() ->
            new Grade.Undecided(
                answer, "the answer is not a number: '%s'".formatted(shortened(answer.text()))));
  }

  private static Grade compare(Quantity wanted, Quantity got, FinalAnswer answer) {
    return equal(wanted, got)
        ? new Grade.Correct(answer, "equals " + wanted.value())
        : new Grade.Incorrect(answer, "%s is not %s".formatted(got.value(), wanted.value()));
  }

  private static boolean equal(Quantity wanted, Quantity got) {
    return wanted.value().equals(got.value())
        || (wanted.percent() && !got.percent() && wanted.value().equals(got.value().times(HUNDRED)))
        || (got.percent()
            && !wanted.percent()
            && got.value().equals(wanted.value().times(HUNDRED)));
  }

  private static Optional<Quantity> goldOf(String gold) {
    return FinalAnswer.marked(gold)
        .flatMap(answer -> Numbers.read(answer.text()))
        .or(() -> Numbers.read(gold));
  }

  private static String shortened(String text) {
    var line = text.strip().replaceAll("\\s+", " ");
    return line.length() <= 80 ? line : line.substring(0, 79) + "…";
  }
}
