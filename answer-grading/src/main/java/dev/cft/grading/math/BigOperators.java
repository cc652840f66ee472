package dev.cft.grading.math;

import dev.cft.grading.math.Node.Fn;
import dev.cft.grading.math.Node.Mul;
import dev.cft.grading.math.Node.Num;
import dev.cft.grading.math.Node.Sym;
import dev.cft.grading.math.Token.Kind;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/// Reads sums, products, limits, integrals and derivatives with their bounds and what they run
/// over.
///
/// `sum:`, `prod:` and `lim:` have the parts below, above, body; `int:` has lower, upper, body,
/// variable; `D:` has body, variable. A limit's direction stands above it.
final class BigOperators {
  static final Sym FROM_ABOVE = new Sym("·+");
  static final Sym FROM_BELOW = new Sym("·-");

  /// What `dx` is called while an integral's body is read: no variable of an answer looks so.
  private static final String DIFFERENTIAL = "𝑑";

  private static final Set<String> GREEK =
      Set.of(
          "alpha", "beta", "gamma", "zeta", "eta", "theta", "lambda", "mu", "xi", "rho", "sigma",
          "tau", "phi", "varphi", "psi", "omega");

  private final TokenStream tokens;
  private final Atoms atoms;
  private final Expressions expressions;
  private final Edition edition;

  BigOperators(TokenStream tokens, Atoms atoms, Expressions expressions, Edition edition) {
    this.tokens = tokens;
    this.atoms = atoms;
    this.expressions = expressions;
    this.edition = edition;
  }

  /// The operator of that name; its command has been read.
  Node read(String name) {
    Node below = Functions.NONE;
    Node above = Functions.NONE;
    var direction = name.equals("lim") && edition.readsScopes() ? direction() : Functions.NONE;
    while (tokens.isAtSign("^") || tokens.isAtSign("_")) {
      if (tokens.next().isSign("^")) {
        above = expressions.argument();
      } else {
        below = tokens.isAtSign("{") ? atoms.braced() : expressions.argument();
      }
    }
    if (!edition.readsScopes()) {
      return Fn.of(name, below, above, expressions.bareArgument());
    }
    return switch (name) {
      case "int" -> integral(below, above);
      case "lim" -> Fn.of(name, below, direction, expressions.operand());
      case "sum", "prod" -> Fn.of(name, below, above, expressions.operand());
      default -> Fn.of(name, below, above, expressions.bareArgument());
    };
  }

  /// `x \to 0^+`: the sign at the end of what stands below a limit, which is taken away.
  private Node direction() {
    if (!tokens.isAtSign("_") || !tokens.peek(1).isSign("{")) {
      return Functions.NONE;
    }
    var end = 2;
    var depth = 1;
    while (depth > 0 && tokens.peek(end).kind() != Kind.END) {
      depth += tokens.peek(end).isSign("{") ? 1 : tokens.peek(end).isSign("}") ? -1 : 0;
      end++;
    }
    if (end < 6 || !tokens.peek(end - 3).isSign("^")) {
      return Functions.NONE;
    }
    var sign = tokens.peek(end - 2);
    if (!sign.isSign("+") && !sign.isSign("-")) {
      return Functions.NONE;
    }
    tokens.remove(end - 3, 2);
    return sign.isSign("+") ? FROM_ABOVE : FROM_BELOW;
  }

  private Node integral(Node lower, Node upper) {
    var found = differential();
    if (found.isEmpty()) {
      return Fn.of("int", lower, upper, expressions.operand());
    }
    var place = found.get();
    if (place.depth() > 0) {
      return inNumerator(place, lower, upper);
    }
    tokens.replace(place.ahead(), 1, new Token(Kind.SIGN, DIFFERENTIAL, false));
    var nothing = tokens.isAtSign(DIFFERENTIAL);
    var body = nothing ? Num.ONE : expressions.sum();
    tokens.expectSign(DIFFERENTIAL);
    var variable = atoms.atom();
    if (nothing && expressions.startsFactor()) {
      throw new UnreadableException("an integral's variable stands before what it runs over");
    }
    return over(lower, upper, body, variable);
  }

  /// `\int \frac{dx}{x}`: the differential is a factor of a numerator.
  private Node inNumerator(Place place, Node lower, Node upper) {
    var name = DIFFERENTIAL + tokens.peek(place.ahead() + 1).text();
    var variable =
        tokens.peek(place.ahead() + 1).kind() == Kind.COMMAND
            ? new Sym("\\" + tokens.peek(place.ahead() + 1).text())
            : new Sym(tokens.peek(place.ahead() + 1).text());
    tokens.replace(place.ahead(), 2, new Token(Kind.LETTER, name, false));
    var marked = new Sym(name);
    var body = expressions.operand();
    if (body.equals(marked)) {
      return over(lower, upper, Num.ONE, variable);
    }
    if (body instanceof Mul product && product.parts().contains(marked)) {
      var rest = product.parts().stream().filter(part -> !part.equals(marked)).toList();
      return over(lower, upper, Canon.mul(rest), variable);
    }
    throw new UnreadableException("an integral's variable is no factor of what it runs over");
  }

  private static Node over(Node lower, Node upper, Node body, Node variable) {
    if (!(variable instanceof Sym)) {
      throw new UnreadableException("an integral has no variable");
    }
    return new Fn("int", List.of(lower, upper, body, variable));
  }

  private record Place(int ahead, int depth) {}

  /// Where this integral's `dx` is, and how deep in brackets; those of integrals inside come first.
  private Optional<Place> differential() {
    var depth = 0;
    var inner = 0;
    for (var ahead = 0; tokens.peek(ahead).kind() != Kind.END; ahead++) {
      var token = tokens.peek(ahead);
      if (token.kind() == Kind.SIGN) {
        depth += "({[".contains(token.text()) ? 1 : ")}]".contains(token.text()) ? -1 : 0;
      }
      if (token.isCommand("int")) {
        inner++;
      }
      if (token.is(Kind.LETTER, "d") && isVariable(tokens.peek(ahead + 1))) {
        inner--;
        if (inner < 0) {
          return Optional.of(new Place(ahead, depth));
        }
      }
      if (depth < 0) {
        break;
      }
    }
    return Optional.empty();
  }

  private static boolean isVariable(Token token) {
    return token.kind() == Kind.LETTER
        || (token.kind() == Kind.COMMAND && GREEK.contains(token.text()));
  }

  /// At `{d}{dx}`, behind `\frac`.
  boolean atDerivative() {
    return edition.readsScopes()
        && tokens.isAtSign("{")
        && tokens.peek(1).is(Kind.LETTER, "d")
        && tokens.peek(2).isSign("}")
        && tokens.peek(3).isSign("{")
        && tokens.peek(4).is(Kind.LETTER, "d")
        && isVariable(tokens.peek(5))
        && tokens.peek(6).isSign("}");
  }

  Node derivative() {
    for (var i = 0; i < 5; i++) {
      tokens.next();
    }
    var variable = atoms.atom();
    tokens.expectSign("}");
    return Fn.of("D", expressions.operand(), variable);
  }
}
