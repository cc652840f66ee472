package dev.cft.critiques.arithmetic;

import dev.cft.critiques.arithmetic.Token.Kind;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Reads the longest expression that starts at a token; units between the numbers are passed over.
///
/// ```
/// sum     = product { ("+" | "-") product }
/// product = factor { ("*" | "/" | "of") factor }
/// factor  = [ "-" ] primary [ "^" primary ]
/// primary = { word } ( number [ "%" ] | "(" sum ")" ) { word | "/" word }
/// ```
///
/// `of` multiplies after a percentage or a fraction only.
final class ExpressionParser {
  /// Words that may stand before a number inside an expression, and after it (our choice).
  private static final int WORDS_BEFORE = 2;

  private static final int WORDS_AFTER = 4;

  /// Deepest parenthesis that is read: beyond it a text is an attack, not a solution.
  private static final int MAX_DEPTH = 20;

  private static final int MAX_OPERATORS = 200;

  private static final Set<String> ABOUT = Set.of("about", "approximately", "roughly", "around");

  private final List<Token> tokens;
  private int at;
  private int depth;
  private int operators;
  private boolean isAbout;
  private @Nullable Token lastUnit;

  private ExpressionParser(List<Token> tokens, int from) {
    this.tokens = tokens;
    this.at = from;
  }

  /// An expression and where it ends.
  ///
  /// @param end index of the first token after it
  /// @param isAbout a word such as "about" stands in it
  /// @param unit the word before its end, in lower case; empty where it ends in a number
  record Parsed(Expression expression, int end, boolean isAbout, String unit) {}

  static Optional<Parsed> parse(List<Token> tokens, int from) {
    var parser = new ExpressionParser(tokens, from);
    var expression = parser.sum();
    return expression == null
        ? Optional.empty()
        : Optional.of(new Parsed(expression, parser.at, parser.isAbout, parser.unit()));
  }

  private String unit() {
    return lastUnit == null ? "" : lastUnit.text().toLowerCase(Locale.ROOT);
  }

  private @Nullable Expression sum() {
    var left = product();
    while (left != null && (peek(Kind.PLUS) || (peek(Kind.MINUS) && !isSign()))) {
      var more = continued(left, this::product);
      if (more == null) {
        return left;
      }
      left = more;
    }
    return left;
  }

  /// "the sum is -48": after a word, a minus that touches the number is its sign.
  private boolean isSign() {
    return tokens.get(at - 1).is(Kind.WORD)
        && tokens.get(at - 1).end() < tokens.get(at).start()
        && at + 1 < tokens.size()
        && tokens.get(at).end() == tokens.get(at + 1).start();
  }

  private @Nullable Expression product() {
    var left = factor();
    while (left != null && (peek(Kind.TIMES) || peek(Kind.OVER) || isTimesOf())) {
      var more = continued(left, this::factor);
      if (more == null) {
        return left;
      }
      left = more;
    }
    return left;
  }

  /// Whether the "of" of "20% of 30" or "1/3 of 27" comes next.
  private boolean isTimesOf() {
    return at < tokens.size()
        && tokens.get(at).isWord("of")
        && (tokens.get(at - 1).is(Kind.PERCENT) || isFraction(at - 3));
  }

  private boolean isFraction(int from) {
    return from >= 0
        && from + 2 < tokens.size()
        && tokens.get(from).is(Kind.NUMBER)
        && tokens.get(from + 1).is(Kind.OVER)
        && tokens.get(from + 2).is(Kind.NUMBER);
  }

  /// The expression with an operator and operand more; null, and nothing consumed, where no operand
  /// follows.
  private @Nullable Expression continued(
      Expression left, java.util.function.Supplier<@Nullable Expression> operand) {
    if (++operators > MAX_OPERATORS) {
      return null;
    }
    var before = at;
    var unitBefore = lastUnit;
    var operator = tokens.get(at++).kind();
    var right = operand.get();
    if (right == null) {
      at = before;
      lastUnit = unitBefore;
      return null;
    }
    return new Expression.Binary(left, operator == Kind.WORD ? Kind.TIMES : operator, right);
  }

  private @Nullable Expression factor() {
    var before = at;
    var isNegative = peek(Kind.MINUS);
    if (isNegative) {
      at++;
    }
    var primary = primary();
    if (primary == null) {
      at = before;
      return null;
    }
    if (peek(Kind.POWER)) {
      var power = continued(primary, this::primary);
      primary = power == null ? primary : power;
    }
    return isNegative ? new Expression.Negated(primary) : primary;
  }

  private @Nullable Expression primary() {
    var before = at;
    for (int words = 0; words < WORDS_BEFORE && peek(Kind.WORD); words++) {
      noteAbout(tokens.get(at++));
    }
    var found = peek(Kind.NUMBER) ? number() : peek(Kind.OPEN) ? group() : null;
    if (found == null) {
      at = before;
    } else {
      passUnits();
    }
    return found;
  }

  private void noteAbout(Token word) {
    isAbout |= ABOUT.contains(word.text().toLowerCase(Locale.ROOT));
  }

  private Expression number() {
    if (isDivisorFraction()) {
      var above = new Expression.Literal(tokens.get(at).text(), false);
      var below = new Expression.Literal(tokens.get(at + 2).text(), false);
      at += 3;
      return new Expression.Group(new Expression.Binary(above, Kind.OVER, below));
    }
    var digits = tokens.get(at++).text();
    var isPercent = peek(Kind.PERCENT);
    if (isPercent) {
      at++;
    }
    return new Expression.Literal(isPercent ? digits + "%" : digits, isPercent);
  }

  /// `2 / 1/6`: a fraction written closely after a division sign is one number.
  private boolean isDivisorFraction() {
    return isFraction(at)
        && at > 0
        && tokens.get(at - 1).is(Kind.OVER)
        && tokens.get(at - 1).end() < tokens.get(at).start()
        && tokens.get(at).end() == tokens.get(at + 1).start()
        && tokens.get(at + 1).end() == tokens.get(at + 2).start();
  }

  private @Nullable Expression group() {
    if (depth == MAX_DEPTH) {
      return null;
    }
    depth++;
    at++;
    var inner = sum();
    depth--;
    if (inner == null || !peek(Kind.CLOSE)) {
      return null;
    }
    at++;
    return new Expression.Group(inner);
  }

  private void passUnits() {
    lastUnit = null;
    for (int words = 0; words < WORDS_AFTER && isUnit(); words++) {
      at += peek(Kind.OVER) ? 2 : 1;
      lastUnit = tokens.get(at - 1);
      noteAbout(lastUnit);
    }
  }

  private boolean isUnit() {
    if (peek(Kind.OVER)) {
      return at + 1 < tokens.size() && tokens.get(at + 1).is(Kind.WORD) && !followsNumber(at + 2);
    }
    return peek(Kind.WORD) && !isTimesOf();
  }

  private boolean followsNumber(int index) {
    return index < tokens.size() && tokens.get(index).is(Kind.NUMBER);
  }

  private boolean peek(Kind kind) {
    return at < tokens.size() && tokens.get(at).is(kind);
  }
}
