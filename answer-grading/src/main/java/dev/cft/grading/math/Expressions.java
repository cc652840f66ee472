package dev.cft.grading.math;

import dev.cft.grading.math.Node.Fn;
import dev.cft.grading.math.Node.Matrix;
import dev.cft.grading.math.Node.Num;
import dev.cft.grading.math.Node.Quantity;
import dev.cft.grading.math.Node.Sym;
import dev.cft.grading.math.Token.Kind;
import java.util.Set;

/// Sums, products and powers, with the multiplication signs that people leave out.
final class Expressions {
  private static final Set<String> STARTING_SIGNS = Set.of("(", "[", "{", "\\{", "⟨");

  private final TokenStream tokens;
  private final Atoms atoms;

  /// Bars opened and not closed yet: inside, the next bar closes.
  private int openBars;

  Expressions(TokenStream tokens, Parser parser, Edition edition) {
    this.tokens = tokens;
    this.atoms = new Atoms(tokens, parser, this, edition);
  }

  Node sum() {
    tokens.enter();
    Node total = signed();
    while (true) {
      if (tokens.skipSign("+")) {
        total = Matrices.add(total, signed());
      } else if (tokens.skipSign("-")) {
        total = Matrices.add(total, Matrices.mul(Num.MINUS_ONE, signed()));
      } else if (tokens.isAtSign("±") || tokens.isAtSign("∓")) {
        var name = tokens.next().isSign("±") ? "pm" : "mp";
        total = Canon.add(total, Fn.of(name, signed()));
      } else {
        break;
      }
    }
    tokens.leave();
    return total;
  }

  private Node signed() {
    if (tokens.skipSign("-")) {
      return Matrices.mul(Num.MINUS_ONE, signed());
    }
    if (tokens.skipSign("+")) {
      return signed();
    }
    if (tokens.isAtSign("±") || tokens.isAtSign("∓")) {
      return Fn.of(tokens.next().isSign("±") ? "pm" : "mp", signed());
    }
    return product();
  }

  private Node product() {
    var result = power();
    while (true) {
      if (tokens.skipSign("*")) {
        result = Matrices.mul(result, signedFactor());
      } else if (tokens.isAtSign("/") && tokens.peek(1).kind() != Kind.WORDS) {
        tokens.next();
        result = quotient(result);
      } else if (tokens.peek().isCommand("bmod") || tokens.peek().isCommand("mod")) {
        tokens.next();
        result = Fn.of("mod", result, power());
      } else if (startsFactor()) {
        result = juxtaposed(result);
      } else {
        return result;
      }
    }
  }

  private Node quotient(Node above) {
    return Canon.divided(above, signedFactor());
  }

  private Node signedFactor() {
    if (tokens.skipSign("-")) {
      return Matrices.mul(Num.MINUS_ONE, signedFactor());
    }
    return tokens.skipSign("+") ? signedFactor() : power();
  }

  /// `2x`, and the mixed numbers `1\frac12` and `1 1/2`.
  private Node juxtaposed(Node left) {
    if (tokens.isAt(Kind.NUMBER)) {
      if (left instanceof Num whole && isMixedTail(whole)) {
        var above = power();
        tokens.expectSign("/");
        return Canon.add(whole, Canon.divided(above, power()));
      }
      if (left instanceof Num) {
        throw new UnreadableException("two numbers stand side by side");
      }
    }
    var fraction = tokens.peek().isCommand("frac");
    var right = power();
    return fraction
            && left instanceof Num whole
            && whole.value().isInteger()
            && !whole.decimal()
            && right instanceof Num part
            && part.value().signum() > 0
            && part.value().compareTo(Rational.ONE) < 0
        ? Canon.add(whole, part)
        : Matrices.mul(left, right);
  }

  private boolean isMixedTail(Num whole) {
    return whole.value().isInteger()
        && tokens.peek().spaced()
        && tokens.peek(1).isSign("/")
        && tokens.peek(2).kind() == Kind.NUMBER;
  }

  boolean startsFactor() {
    var token = tokens.peek();
    return switch (token.kind()) {
      case NUMBER, LETTER, BEGIN -> true;
      case COMMAND -> atoms.starts(token.text());
      case SIGN ->
          STARTING_SIGNS.contains(token.text())
              || (token.isSign("|") && openBars == 0 && !atoms.inSetBuilder());
      default -> false;
    };
  }

  Node power() {
    return postfix(atoms.atom());
  }

  private Node postfix(Node atom) {
    var value = atom;
    while (true) {
      if (tokens.skipSign("^")) {
        value = raised(value);
      } else if (tokens.skipSign("!")) {
        value = Functions.factorial(value);
      } else if (tokens.skipSign("°")) {
        value = new Quantity(value, "°");
      } else if (tokens.skipSign("%")) {
        value = new Quantity(value, "%");
      } else if (tokens.skipSign("'")) {
        value = value instanceof Sym s ? new Sym(s.name() + "'") : value;
      } else if (tokens.skipSign("_")) {
        value = subscripted(value);
      } else {
        return value;
      }
    }
  }

  private Node raised(Node base) {
    if (isDegreeSign()) {
      return new Quantity(base, "°");
    }
    var exponent = argument();
    if (exponent instanceof Sym s && s.name().startsWith("'")) {
      return base instanceof Sym b ? new Sym(b.name() + s.name()) : base;
    }
    return base instanceof Matrix ? Fn.of("power", base, exponent) : Canon.pow(base, exponent);
  }

  private boolean isDegreeSign() {
    var braced = tokens.isAtSign("{");
    var sign = braced ? tokens.peek(1) : tokens.peek();
    if (!sign.isCommand("circ") && !sign.isSign("°")) {
      return false;
    }
    if (braced && !tokens.peek(2).isSign("}")) {
      return false;
    }
    for (var i = 0; i < (braced ? 3 : 1); i++) {
      tokens.next();
    }
    return true;
  }

  private Node subscripted(Node value) {
    var index = argument();
    return switch (value) {
      case Sym s when index instanceof Num || index instanceof Node.Words ->
          new Sym(s.name() + "_" + index.key());
      case Sym s -> Fn.of("sub", s, index);
      case Num n when n.value().isInteger() -> Functions.inBase(n, index);
      default -> Fn.of("at", value, index);
    };
  }

  /// What `^`, `_` or a root applies to: a braced group, or one thing with its sign.
  Node argument() {
    if (tokens.isAtSign("{")) {
      return atoms.braced();
    }
    if (tokens.skipSign("-")) {
      return Canon.negated(argument());
    }
    if (tokens.isAtSign("+") || tokens.isAtSign("*") || tokens.isAtSign("'")) {
      return new Sym("'" + tokens.next().text());
    }
    return atoms.atom();
  }

  /// What `\frac` applies to: a braced group, or one digit, letter or command.
  Node narrowArgument() {
    return tokens.isAt(Kind.NUMBER) ? Functions.number(tokens.digit()) : argument();
  }

  /// A function's argument without brackets: `\sin 2x`, up to a sign or the next function.
  Node bareArgument() {
    if (tokens.isAtSign("-")) {
      tokens.next();
      return Canon.negated(bareArgument());
    }
    var argument = power();
    while (startsFactor()
        && !atoms.atFunction()
        && !tokens.isAtSign("(")
        && !tokens.isAtSign("[")) {
      argument = Canon.mul(argument, power());
    }
    return argument;
  }

  /// What a sum, a product or a limit runs over: up to the next plus or minus.
  Node operand() {
    return tokens.skipSign("-") ? Canon.negated(operand()) : product();
  }

  /// The value between two bars; the first one has been read.
  Node betweenBars() {
    openBars++;
    var inside = sum();
    openBars--;
    tokens.expectSign("|");
    return Functions.abs(inside);
  }

  /// Runs a reading inside brackets, where no bar is open.
  <T> T inBrackets(java.util.function.Supplier<T> reading) {
    var saved = openBars;
    openBars = 0;
    try {
      return reading.get();
    } finally {
      openBars = saved;
    }
  }
}
