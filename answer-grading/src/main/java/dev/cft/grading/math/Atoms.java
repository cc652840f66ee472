package dev.cft.grading.math;

import dev.cft.grading.math.Node.Fn;
import dev.cft.grading.math.Node.Group;
import dev.cft.grading.math.Node.Many;
import dev.cft.grading.math.Node.Matrix;
import dev.cft.grading.math.Node.Num;
import dev.cft.grading.math.Node.Quantity;
import dev.cft.grading.math.Node.Rel;
import dev.cft.grading.math.Node.Sym;
import dev.cft.grading.math.Token.Kind;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// Numbers, variables, brackets and commands: what sums and products are made of.
final class Atoms {
  private static final Map<String, String> CLOSING =
      Map.of("(", ")", "[", "]", "{", "}", "\\{", "\\}", "⟨", "⟩");
  private static final Set<String> CLOSERS = Set.of(")", "]", "}", "\\}", "⟩");

  /// Commands that end an expression instead of starting a factor.
  private static final Set<String> ENDING =
      Set.of(
          "bmod",
          "mod",
          "rfloor",
          "rceil",
          "choose",
          "over",
          "pmod",
          "tag",
          "qed",
          "blacksquare",
          "square",
          "Box");

  private final TokenStream tokens;
  private final Parser parser;
  private final Expressions expressions;
  private final BigOperators operators;
  private int setBuilders;

  Atoms(TokenStream tokens, Parser parser, Expressions expressions, Edition edition) {
    this.tokens = tokens;
    this.parser = parser;
    this.expressions = expressions;
    this.operators = new BigOperators(tokens, this, expressions, edition);
  }

  boolean starts(String command) {
    return !ENDING.contains(command);
  }

  boolean atFunction() {
    return tokens.isAt(Kind.COMMAND) && Vocabulary.FUNCTIONS.contains(tokens.peek().text());
  }

  /// A bar now separates a set's element from its condition.
  boolean inSetBuilder() {
    return setBuilders > 0;
  }

  Node atom() {
    tokens.enter();
    var token = tokens.next();
    var atom =
        switch (token.kind()) {
          case NUMBER -> Functions.number(token.text());
          case LETTER -> letter(token.text());
          case COMMAND -> command(token.text());
          case BEGIN -> environment(token.text());
          case SIGN -> bracket(token.text());
          default ->
              throw new UnreadableException(
                  token.kind() == Kind.END
                      ? "it ends too early"
                      : "'%s' is unexpected".formatted(token.text()));
        };
    tokens.leave();
    return atom;
  }

  private Node letter(String name) {
    // A name applied to a plain name or number, as a definition's left side: f(x) = …
    if ("fghFGHPQRSTVW".contains(name)
        && tokens.isAtSign("(")
        && (tokens.peek(1).kind() == Kind.LETTER || tokens.peek(1).kind() == Kind.NUMBER)
        && tokens.peek(2).isSign(")")) {
      tokens.next();
      var argument = atom();
      tokens.expectSign(")");
      return Fn.of("apply " + name, argument);
    }
    return new Sym(name);
  }

  private Node bracket(String open) {
    if (open.equals("|")) {
      return expressions.betweenBars();
    }
    if (open.equals("°")) {
      return new Quantity(Num.ONE, "°");
    }
    if (open.equals("]")) {
      return enclosed(open, Set.of("[", "]"));
    }
    if (!CLOSING.containsKey(open)) {
      throw new UnreadableException("'%s' is unexpected".formatted(open));
    }
    if (open.equals("\\{") || open.equals("{")) {
      return expressions.inBrackets(() -> set(open));
    }
    return enclosed(open, open.equals("⟨") ? Set.of("⟩") : Set.of(")", "]", "["));
  }

  private Node enclosed(String open, Set<String> closers) {
    return expressions.inBrackets(() -> {
      var items = parser.items();
      var close = tokens.next();
      if (close.kind() != Kind.SIGN
          || !(closers.contains(close.text()) || CLOSERS.contains(close.text()))) {
        throw new UnreadableException("a bracket is not closed");
      }
      return grouped(open, close.text(), items);
    });
  }

  private static Node grouped(String open, String close, List<Node> items) {
    var sameKind = CLOSING.getOrDefault(open, "").equals(close);
    if (items.size() == 1 && sameKind) {
      return items.getFirst() instanceof Many many
          ? new Group('(', ')', many.parts())
          : items.getFirst();
    }
    var left = open.equals("⟨") ? '(' : open.equals("]") ? '(' : open.charAt(0);
    var right = close.equals("⟩") ? ')' : close.equals("[") ? ')' : close.charAt(0);
    return new Group(left, right, items);
  }

  /// A braced group: LaTeX's own grouping where there is one value, a set where there are more.
  Node braced() {
    tokens.expectSign("{");
    return expressions.inBrackets(() -> set("{"));
  }

  private Node set(String open) {
    var close = open.equals("{") ? "}" : "\\}";
    if (tokens.skipSign(close)) {
      return Functions.EMPTY_SET;
    }
    setBuilders += open.equals("\\{") ? 1 : 0;
    var items = new ArrayList<>(parser.items());
    setBuilders -= open.equals("\\{") ? 1 : 0;
    if (open.equals("\\{") && tokens.skipSign("|")) {
      var conditions = parser.items();
      tokens.expectSign(close);
      return conditions.size() == 1 ? conditions.getFirst() : new Many(conditions);
    }
    if (tokens.peek().isCommand("choose") || tokens.peek().isCommand("over")) {
      var name = tokens.next().text();
      var below = parser.list();
      tokens.expectSign(close);
      var above = items.getFirst();
      return name.equals("over") ? Canon.divided(above, below) : Functions.binomial(above, below);
    }
    if (!tokens.skipSign(close)) {
      throw new UnreadableException("a brace is not closed");
    }
    if (open.equals("{") && items.size() == 1) {
      return items.getFirst();
    }
    // A set-builder with a colon reads as a ratio of the element and a relation's left side.
    if (items.size() == 1
        && items.getFirst() instanceof Rel rel
        && rel.left() instanceof Node.Ratio ratio) {
      var sides = new ArrayList<>(rel.parts());
      sides.set(0, ratio.parts().getLast());
      return new Rel(sides, rel.ops());
    }
    return new Group('{', '}', items);
  }

  private Node command(String name) {
    if (Vocabulary.WRAPPERS.contains(name)) {
      return wrapped(name);
    }
    if (Vocabulary.FUNCTIONS.contains(name)) {
      return function(name);
    }
    return switch (name) {
      case "frac" -> operators.atDerivative() ? operators.derivative() : fraction();
      case "sqrt" -> root();
      case "binom", "dbinom", "tbinom" ->
          Functions.binomial(expressions.narrowArgument(), expressions.narrowArgument());
      case "infty" -> Constants.INFINITY;
      case "pi" -> Constants.PI;
      case "emptyset", "varnothing" -> Functions.EMPTY_SET;
      case "mathbb", "Bbb" -> new Sym("𝔹" + expressions.argument().key());
      case "lfloor" -> bounded("floor", "rfloor");
      case "lceil" -> bounded("ceil", "rceil");
      case "sum", "prod", "int", "iint", "oint", "lim", "bigcup" -> operators.read(name);
      case "ldots", "cdots", "dots", "vdots", "ddots", "dotsc", "dotsb" -> new Sym("…");
      case "angle", "triangle", "measuredangle", "sphericalangle", "odot" -> namedFigure(name);
      case "pmod" -> Fn.of("pmod", expressions.argument());
      case "circ" -> new Quantity(Num.ONE, "°");
      case "stackrel", "overset", "underset" -> {
        expressions.argument();
        yield expressions.argument();
      }
      case "rfloor", "rceil", "choose", "over", "tag" ->
          throw new UnreadableException("'%s' is unexpected".formatted(name));
      default -> new Sym("\\" + name);
    };
  }

  private Node namedFigure(String name) {
    var starts = tokens.isAt(Kind.LETTER) || tokens.isAt(Kind.COMMAND) || tokens.isAtSign("{");
    return starts ? Fn.of(name, expressions.bareArgument()) : new Sym("\\" + name);
  }

  private Node wrapped(String name) {
    if (name.equals("color")) {
      expressions.argument();
      return atom();
    }
    if (name.equals("not")) {
      throw new UnreadableException("'\\not' is not known");
    }
    return expressions.argument();
  }

  private Node fraction() {
    var above = expressions.narrowArgument();
    return Canon.divided(above, expressions.narrowArgument());
  }

  private Node root() {
    if (!tokens.skipSign("[")) {
      return Canon.sqrt(expressions.argument());
    }
    var degree = parser.list();
    tokens.expectSign("]");
    return Canon.root(expressions.argument(), degree);
  }

  private Node bounded(String name, String close) {
    var inside = expressions.inBrackets(expressions::sum);
    if (!tokens.next().isCommand(close)) {
      throw new UnreadableException("\\%s is missing".formatted(close));
    }
    return Functions.rounded(name, inside);
  }

  /// `\sin^2 x`, `\log_2 n`, `\max(a, b)`.
  private Node function(String name) {
    // Without an argument it is only a name, as in m_{\max}.
    if (tokens.isAtSign("}") || tokens.isAt(Kind.END) || tokens.isAtSign(")")) {
      return new Sym("\\" + name);
    }
    Node exponent = Num.ONE;
    Node base = null;
    while (tokens.isAtSign("^") || tokens.isAtSign("_")) {
      if (tokens.next().isSign("^")) {
        exponent = expressions.argument();
      } else {
        base = expressions.argument();
      }
    }
    var arguments = arguments();
    return Functions.applied(name, base, exponent, arguments);
  }

  private List<Node> arguments() {
    if (tokens.isAtSign("(") || tokens.isAtSign("[") || tokens.isAtSign("{")) {
      var inside = atom();
      if (inside.equals(Functions.EMPTY_SET)) {
        throw new UnreadableException("a function has no argument");
      }
      return inside instanceof Group group ? group.parts() : List.of(inside);
    }
    if (tokens.isAtSign("|")) {
      return List.of(atom());
    }
    return List.of(expressions.bareArgument());
  }

  private Node environment(String name) {
    if (name.equals("array") && tokens.isAtSign("{")) {
      while (!tokens.next().isSign("}")) {
        if (tokens.isAt(Kind.END)) {
          throw new UnreadableException("a brace is not closed");
        }
      }
    }
    var rows = expressions.inBrackets(this::rows);
    if (name.endsWith("matrix") || name.equals("array")) {
      var matrix = new Matrix(rows);
      return name.equals("vmatrix") ? Fn.of("det", matrix) : matrix;
    }
    var items = rows.stream().flatMap(List::stream).toList();
    return items.size() == 1 ? items.getFirst() : new Many(items);
  }

  private List<List<Node>> rows() {
    var rows = new ArrayList<List<Node>>();
    var row = new ArrayList<Node>();
    while (true) {
      var token = tokens.peek();
      if (token.kind() == Kind.END) {
        throw new UnreadableException("an environment is not closed");
      }
      if (token.kind() == Kind.END_ENV) {
        tokens.next();
        break;
      }
      if (token.isSign("\\\\")) {
        tokens.next();
        rows.add(row);
        row = new ArrayList<>();
      } else if (!tokens.skipSign("&")) {
        row.add(parser.list());
      }
    }
    rows.add(row);
    rows.removeIf(List::isEmpty);
    if (rows.isEmpty()) {
      throw new UnreadableException("an environment is empty");
    }
    return rows;
  }
}
