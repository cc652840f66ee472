package dev.cft.grading.math;

import dev.cft.grading.math.Node.Group;
import dev.cft.grading.math.Node.Many;
import dev.cft.grading.math.Node.Num;
import dev.cft.grading.math.Node.Quantity;
import dev.cft.grading.math.Node.Ratio;
import dev.cft.grading.math.Node.Rel;
import dev.cft.grading.math.Node.SetOp;
import dev.cft.grading.math.Node.Words;
import dev.cft.grading.math.Token.Kind;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;

/// Reads an answer by recursive descent: lists, relations, set operations, then [Expressions].
final class Parser {
  private static final Set<String> RELATIONS =
      Set.of("=", "<", ">", "≤", "≥", "≠", "≈", "≡", "∈", "∉", "→", "⊂", "∝", "≅", "∥", "⊥");
  private static final Pattern REMARK =
      Pattern.compile("(?:,? ?)(?:for|where|when|if|with|is|are|such|since|because|as)\\b.*");

  private final TokenStream tokens;
  private final Expressions expressions;

  private Parser(TokenStream tokens, Edition edition) {
    this.tokens = tokens;
    this.expressions = new Expressions(tokens, this, edition);
  }

  /// The answer as a tree.
  ///
  /// @throws UnreadableException where it is none, or is beyond the limits
  static Node read(String answer, Commas commas, Edition edition) {
    var parser = new Parser(new TokenStream(Lexer.tokens(answer, commas)), edition);
    try {
      var node = parser.list();
      if (!parser.tokens.isAt(Kind.END)) {
        throw new UnreadableException("'%s' is unexpected".formatted(parser.tokens.peek().text()));
      }
      return node;
    } catch (ArithmeticException e) {
      throw new UnreadableException("it divides by zero");
    }
  }

  /// Values up to a closing bracket or the end: one, or a list of them.
  Node list() {
    var items = items();
    return items.size() == 1 ? items.getFirst() : new Many(items);
  }

  /// Values between separators. Where both `;` and `,` occur, `;` separates groups.
  List<Node> items() {
    tokens.enter();
    var groups = new ArrayList<List<Node>>();
    var current = new ArrayList<Node>();
    var commas = false;
    var semicolons = false;
    while (true) {
      if (!atListEnd() && !atSeparator()) {
        current.add(item());
      }
      if (tokens.isAtSign(";")) {
        tokens.next();
        semicolons = true;
        groups.add(current);
        current = new ArrayList<>();
      } else if (atSeparator()) {
        commas |= tokens.next().isSign(",");
      } else {
        break;
      }
    }
    groups.add(current);
    tokens.leave();
    groups.removeIf(List::isEmpty);
    if (semicolons && commas) {
      return groups.stream().<Node>map(g -> g.size() == 1 ? g.getFirst() : new Many(g)).toList();
    }
    var items = groups.stream().flatMap(List::stream).toList();
    if (items.isEmpty()) {
      throw new UnreadableException("a value is missing");
    }
    return items;
  }

  private boolean atSeparator() {
    var token = tokens.peek();
    return token.kind() == Kind.CONNECTIVE
        || token.isSign(",")
        || token.isSign(";")
        || token.isSign("∨")
        || token.isSign("∧");
  }

  private boolean atListEnd() {
    var token = tokens.peek();
    return switch (token.kind()) {
      case END, END_ENV -> true;
      case SIGN -> ")]}⟩&".contains(token.text()) || token.isSign("\\}") || token.isSign("\\\\");
      default -> false;
    };
  }

  /// A value, or values related to each other.
  Node item() {
    var start = tokens.mark();
    if (tokens.isAt(Kind.WORDS) || isPhrase()) {
      return words(start);
    }
    var sides = new ArrayList<Node>();
    var ops = new ArrayList<String>();
    sides.add(side());
    while (tokens.isAt(Kind.SIGN) && RELATIONS.contains(tokens.peek().text())) {
      ops.add(tokens.next().text());
      // A second relation sign right after the first one belongs to it (`= \pm`, `> =`).
      sides.add(atListEnd() ? new Words("") : side());
    }
    tail();
    if (!atListEnd() && !atSeparator() && !tokens.isAtSign("|")) {
      return words(start);
    }
    return ops.isEmpty() ? sides.getFirst() : new Rel(sides, ops);
  }

  /// Letters followed by words are a phrase (`no solution`).
  private boolean isPhrase() {
    var ahead = 0;
    while (tokens.peek(ahead).kind() == Kind.LETTER) {
      ahead++;
    }
    return ahead > 1 && tokens.peek(ahead).kind() == Kind.WORDS && tokens.peek(ahead).spaced();
  }

  private Node side() {
    if (tokens.isAt(Kind.WORDS)) {
      return new Words(tokens.next().text());
    }
    var value = ratio();
    return tokens.isAt(Kind.WORDS) ? unit(value) : value;
  }

  private void tail() {
    while (tokens.isAtSign(".") || tokens.isAtSign("?")) {
      tokens.next();
    }
    if (tokens.isAt(Kind.WORDS) && REMARK.matcher(tokens.peek().text()).matches()) {
      while (!tokens.isAt(Kind.END)) {
        tokens.next();
      }
    }
  }

  private Node unit(Node value) {
    var name = new StringBuilder();
    while (true) {
      if (tokens.isAt(Kind.WORDS)) {
        if (REMARK.matcher(tokens.peek().text()).matches()) {
          break;
        }
        name.append(' ').append(tokens.next().text());
      } else if (tokens.isAtSign("^") && !name.isEmpty()) {
        tokens.next();
        name.append('^').append(expressions.argument().key());
      } else if (tokens.isAtSign("/") && tokens.peek(1).kind() == Kind.WORDS) {
        tokens.next();
        name.append('/');
      } else {
        break;
      }
    }
    return quantity(value, name.toString().strip());
  }

  static Node quantity(Node value, String unit) {
    var name = unit.replaceAll("[.]$", "").strip();
    return switch (name) {
      case "" -> value;
      case "percent", "per cent", "percentage" -> new Quantity(value, "%");
      case "degrees", "degree", "deg" -> new Quantity(value, "°");
      case "million" -> Canon.mul(value, Num.of(1_000_000));
      case "billion" -> Canon.mul(value, Num.of(1_000_000_000));
      case "thousand" -> Canon.mul(value, Num.of(1000));
      default -> new Quantity(value, Vocabulary.unit(name));
    };
  }

  /// Everything up to the next separator as a phrase.
  private Node words(int start) {
    tokens.reset(start);
    var phrase = new StringBuilder();
    while (!atListEnd() && !tokens.isAtSign(",") && !tokens.isAtSign(";")) {
      var token = tokens.next();
      phrase.append(token.spaced() && !phrase.isEmpty() ? " " : "").append(token.text());
    }
    if (tokens.mark() == start) {
      throw new UnreadableException("'%s' is unexpected".formatted(tokens.peek().text()));
    }
    return new Words(phrase.toString().strip().toLowerCase(java.util.Locale.ROOT));
  }

  private Node ratio() {
    var first = sets();
    if (!tokens.isAtSign(":")) {
      return first;
    }
    var parts = new ArrayList<Node>(List.of(first));
    while (tokens.skipSign(":")) {
      parts.add(sets());
    }
    return new Ratio(parts);
  }

  private Node sets() {
    var left = expressions.sum();
    while (tokens.isAtSign("∪") || tokens.isAtSign("∩") || tokens.isAtSign("∖")) {
      var op = tokens.next().text().charAt(0);
      var right = expressions.sum();
      left = combined(op, left, right);
    }
    return left;
  }

  private static Node combined(char op, Node left, Node right) {
    if (left instanceof SetOp same && same.op() == op && op != '∖') {
      var parts = new ArrayList<>(same.parts());
      parts.add(right);
      return new SetOp(op, parts);
    }
    return new SetOp(op, List.of(asSet(left), asSet(right)));
  }

  private static Node asSet(Node node) {
    return node instanceof Num ? new Group('{', '}', List.of(node)) : node;
  }
}
