package dev.cft.grading.math;

import dev.cft.grading.algebra.ComputerAlgebra;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.BiFunction;

/// Compares mathematical answers as they are written in texts.
public final class MathAnswers {
  /// Longest answer that is read, in characters (our choice).
  private static final int MAX_CHARS = 3000;

  private MathAnswers() {}

  /// Whether two answers are the same.
  public enum Verdict {
    SAME,
    DIFFERENT,
    UNDECIDED
  }

  /// A verdict with its reason.
  public record Outcome(Verdict verdict, String reason) {}

  /// The answer that a gold text states; empty where it is blank.
  public static Optional<AnswerText> gold(String text) {
    return AnswerText.find(text, true);
  }

  /// The answer that a model's text ends in; empty where it has none.
  public static Optional<AnswerText> prediction(String text) {
    return AnswerText.find(text, false);
  }

  /// Why an answer cannot be read; empty where it can.
  public static Optional<String> objection(AnswerText answer, Edition edition) {
    var reasons = new ArrayList<String>();
    return readings(answer, Commas.values(), edition, reasons).isEmpty()
        ? Optional.of(reasons.getFirst())
        : Optional.empty();
  }

  /// Compares a prediction's answer with gold's.
  ///
  /// @param algebra asked for what nothing else decides; editions that did not ask do not now
  public static Outcome compare(
      AnswerText gold,
      AnswerText prediction,
      MathOptions options,
      Edition edition,
      ComputerAlgebra algebra) {
    if (plain(gold.text()).equals(plain(prediction.text()))) {
      return new Outcome(Verdict.SAME, "the same text");
    }
    var reasons = new ArrayList<String>();
    var commas = commas(gold, prediction, options);
    var wanted = readings(gold, commas, edition, reasons);
    if (wanted.isEmpty()) {
      return new Outcome(Verdict.UNDECIDED, "gold cannot be read: " + reasons.getFirst());
    }
    var got = readings(prediction, commas, edition, reasons);
    if (edition.readsExclamations()) {
      prediction
          .withoutExclamation()
          .ifPresent(calm -> got.addAll(readings(calm, commas, edition, reasons)));
    }
    if (got.isEmpty()) {
      // Gold is a plain value and this is no mathematics: it cannot be the same.
      var reason = "the answer cannot be read: " + reasons.getLast();
      var value =
          switch (wanted.getFirst()) {
            case Node.Num _, Node.Group _, Node.Matrix _ -> true;
            default -> false;
          };
      return new Outcome(value ? Verdict.DIFFERENT : Verdict.UNDECIDED, reason);
    }
    var asked =
        edition.asksAlgebra() ? Optional.of(new ByAlgebra(algebra)) : Optional.<ByAlgebra>empty();
    return best(wanted, got, (a, b) -> compare(a, b, options, edition, asked));
  }

  /// Whether two single expressions are equal, or their values within a relative 1e-4: what the
  /// published graders ask SymPy. Lists, sets, relations and words are no expressions.
  public static boolean sameExpression(String a, String b) {
    try {
      var x = Parser.read(a, Commas.SEPARATING, Edition.FIRST);
      var y = Parser.read(b, Commas.SEPARATING, Edition.FIRST);
      if (!isExpression(x) || !isExpression(y)) {
        return false;
      }
      var budget = new Budget(Budget.STEPS);
      return x.key().equals(y.key())
          || new Probe(Edition.FIRST, budget).compare(x, y) == Probe.Outcome.SAME
          || isClose(Evaluation.constant(x, budget), Evaluation.constant(y, budget));
    } catch (UnreadableException | NotNumericException | Budget.ExhaustedException e) {
      return false;
    }
  }

  private static boolean isExpression(Node node) {
    return switch (node) {
      case Node.Num _, Node.Sym _, Node.Add _, Node.Mul _, Node.Pow _, Node.Fn _ -> true;
      default -> false;
    };
  }

  private static boolean isClose(Complex x, Complex y) {
    var scale = Math.max(x.size(), y.size());
    return x.isReal() && y.isReal() && x.isFinite() && x.minus(y).size() <= 1e-4 * scale;
  }

  /// Every way to read gold against every way to read the prediction.
  private static Outcome best(
      List<Node> wanted, List<Node> got, BiFunction<Node, Node, Comparison> comparing) {
    var result = Optional.<Comparison>empty();
    for (var a : wanted) {
      for (var b : got) {
        var comparison = comparing.apply(a, b);
        if (comparison.isSame()) {
          return new Outcome(Verdict.SAME, comparison.reason());
        }
        result = result.or(() -> Optional.of(comparison));
      }
    }
    var first = result.orElseThrow();
    return new Outcome(first.isDifferent() ? Verdict.DIFFERENT : Verdict.UNDECIDED, first.reason());
  }

  private static Comparison compare(
      Node a, Node b, MathOptions options, Edition edition, Optional<ByAlgebra> algebra) {
    try {
      return new Equivalence(options, edition, new Budget(Budget.STEPS), algebra).compare(a, b);
    } catch (Budget.ExhaustedException | UnreadableException e) {
      return Comparison.unknown(String.valueOf(e.getMessage()));
    } catch (ArithmeticException e) {
      return Comparison.unknown("it divides by zero");
    }
  }

  /// A comma is a decimal point only between plain numbers of which the other has a point.
  private static Commas[] commas(AnswerText gold, AnswerText prediction, MathOptions options) {
    var plain = options.plainOnly() || (!gold.latex() && !prediction.latex());
    var pointed = gold.text().contains(".") || prediction.text().contains(".");
    return plain && pointed ? Commas.values() : new Commas[] {Commas.GROUPING, Commas.SEPARATING};
  }

  private static List<Node> readings(
      AnswerText answer, Commas[] ways, Edition edition, List<String> reasons) {
    var readings = new ArrayList<Node>();
    if (answer.text().length() > MAX_CHARS) {
      reasons.add("it is longer than %d characters".formatted(MAX_CHARS));
      return readings;
    }
    var several = answer.text().contains(",");
    for (var way : several ? ways : new Commas[] {Commas.GROUPING}) {
      try {
        var node = Parser.read(answer.text(), way, edition);
        if (readings.stream().noneMatch(r -> r.key().equals(node.key()))) {
          readings.add(node);
        }
      } catch (UnreadableException e) {
        reasons.add(String.valueOf(e.getMessage()));
      }
    }
    return readings;
  }

  /// The text without mark-up that never matters.
  private static String plain(String text) {
    return text.replaceAll("\\\\(?:text|mathrm|textbf|mbox|left|right|[,!; ])|[\\s{}$]", "")
        .replaceAll("\\.$", "")
        .toLowerCase(Locale.ROOT);
  }
}
