package dev.cft.critiques.arithmetic;

import dev.cft.critiques.arithmetic.Token.Kind;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// Finds the equations of a text that can be recomputed.
///
/// An equation is left out, never guessed at, where a variable, a root, a word such as "half" or a
/// second number touches one of its sides, or where two units make it a conversion.
final class Equations {
  /// Equations of one text that are looked at (our choice: longer texts are degenerate repeats).
  private static final int MOST = 200;

  /// Lines beyond it are no sentences either.
  private static final int LONGEST_LINE = 5_000;

  private final List<Token> tokens;

  private Equations(List<Token> tokens) {
    this.tokens = tokens;
  }

  /// All equations of the text, in order.
  static List<Equation> in(String text) {
    return text.lines().flatMap(line -> inLine(line).stream()).limit(MOST).toList();
  }

  private static List<Equation> inLine(String text) {
    var hasSign = text.indexOf('=') >= 0 || text.indexOf('≈') >= 0 || text.contains("\\approx");
    if (!hasSign || text.length() > LONGEST_LINE) {
      return List.of();
    }
    var line = Line.of(text);
    var equations = new ArrayList<Equation>();
    for (int i = 0; i <= line.tokens().size(); i++) {
      var note = Optional.ofNullable(line.notes().get(i)).flatMap(Equations::ofNote);
      if (i > 0 && line.tokens().get(i - 1).kind().isEquals()) {
        new Equations(line.tokens()).around(i - 1).or(() -> note).ifPresent(equations::add);
      } else {
        note.ifPresent(equations::add);
      }
    }
    return equations;
  }

  private static Optional<Equation> ofNote(String note) {
    var tokens = Line.of(note).tokens();
    var last = -1;
    for (int i = 0; i < tokens.size(); i++) {
      last = tokens.get(i).kind().isEquals() ? i : last;
    }
    return last < 0 ? Optional.empty() : new Equations(tokens).around(last);
  }

  private Optional<Equation> around(int equals) {
    var right = ExpressionParser.parse(tokens, equals + 1).filter(r -> isWhole(r, equals));
    return right.flatMap(r -> left(equals).flatMap(l -> equation(l, r, equals)));
  }

  private Optional<ExpressionParser.Parsed> left(int equals) {
    for (int from = segmentStart(equals); from < equals; from++) {
      if (!tokens.get(from).is(Kind.WORD)) {
        var parsed = ExpressionParser.parse(tokens, from).filter(p -> p.end() == equals);
        if (parsed.isPresent()) {
          return isFree(from - 1, equals) ? parsed : Optional.empty();
        }
      }
    }
    return Optional.empty();
  }

  private int segmentStart(int equals) {
    var start = equals;
    while (start > 0
        && !tokens.get(start - 1).is(Kind.BREAK)
        && !tokens.get(start - 1).kind().isEquals()) {
      start--;
    }
    return start;
  }

  /// Whether nothing that belongs to the left side stands before it.
  private boolean isFree(int before, int equals) {
    return before < 0
        || switch (tokens.get(before).kind()) {
          case WORD -> !tokens.get(before).isWord("of") && !isMixedNumber(before);
          case BREAK, EQUALS, ABOUT -> true;
          case OPEN -> closesAfter(equals);
          case NUMBER, PERCENT, PLUS, MINUS, TIMES, OVER, POWER, CLOSE, UNREADABLE -> false;
        };
  }

  /// `1 and 1/4`: the number before "and" belongs to the one after it.
  private boolean isMixedNumber(int and) {
    return tokens.get(and).isWord("and") && and > 0 && tokens.get(and - 1).is(Kind.NUMBER);
  }

  private boolean closesAfter(int equals) {
    return tokens.subList(equals, tokens.size()).stream().anyMatch(t -> t.is(Kind.CLOSE));
  }

  /// Whether nothing that belongs to the right side stands after it.
  private boolean isWhole(ExpressionParser.Parsed right, int equals) {
    if (right.end() >= tokens.size()) {
      return true;
    }
    var next = tokens.get(right.end()).kind();
    var isNumberBeside =
        next == Kind.NUMBER && (right.unit().isEmpty() || isMixedNumber(right.end() - 1));
    return right.end() > equals
        && !next.isOperator()
        && next != Kind.OPEN
        && next != Kind.UNREADABLE
        && next != Kind.PERCENT
        && !isNumberBeside;
  }

  private Optional<Equation> equation(
      ExpressionParser.Parsed left, ExpressionParser.Parsed right, int equals) {
    var isAbout = tokens.get(equals).is(Kind.ABOUT) || left.isAbout() || right.isAbout();
    var equation = new Equation(left.expression(), right.expression(), isAbout);
    return left.expression().operators() > 0 && !isConversion(left, right) && canCompute(equation)
        ? Optional.of(equation)
        : Optional.empty();
  }

  /// `1/2 hour = 30 minutes`: a fraction of one unit is so much of another.
  private static boolean isConversion(ExpressionParser.Parsed left, ExpressionParser.Parsed right) {
    return left.expression().operators() == 1
        && left.expression() instanceof Expression.Binary(_, Kind operator, _)
        && operator == Kind.OVER
        && !left.unit().isEmpty()
        && !right.unit().isEmpty()
        && !left.unit().equals(right.unit());
  }

  private static boolean canCompute(Equation equation) {
    try {
      equation.isRight();
      return true;
    } catch (ArithmeticException _) {
      return false;
    }
  }
}
