package dev.cft.grading.math;

import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// An answer as a tree. Sums and products come from [Canon] only, so that equal keys mean equal
/// trees whatever the order in which they were written.
sealed interface Node {
  /// A text that is the same for structurally equal trees.
  String key();

  /// The parts directly below.
  List<Node> parts();

  /// An exact number.
  ///
  /// @param decimal it was written with a decimal point, so it may be a rounded value
  record Num(Rational value, boolean decimal) implements Node {
    static final Num ZERO = of(0);
    static final Num ONE = of(1);
    static final Num MINUS_ONE = of(-1);

    static Num of(long value) {
      return new Num(Rational.of(value), false);
    }

    @Override
    public String key() {
      return value.toString();
    }

    @Override
    public List<Node> parts() {
      return List.of();
    }
  }

  /// A variable or a constant; constants have the names in [Constants].
  record Sym(String name) implements Node {
    @Override
    public String key() {
      return name;
    }

    @Override
    public List<Node> parts() {
      return List.of();
    }
  }

  record Add(List<Node> parts) implements Node {
    public Add {
      parts = List.copyOf(parts);
    }

    @Override
    public String key() {
      return keys("+", parts);
    }
  }

  record Mul(List<Node> parts) implements Node {
    public Mul {
      parts = List.copyOf(parts);
    }

    @Override
    public String key() {
      return keys("*", parts);
    }
  }

  record Pow(Node base, Node exponent) implements Node {
    @Override
    public String key() {
      return "(^ " + base.key() + " " + exponent.key() + ")";
    }

    @Override
    public List<Node> parts() {
      return List.of(base, exponent);
    }
  }

  /// A function of arguments, for instance `sin`, `abs`, `log` (argument, base), `sum`.
  record Fn(String name, List<Node> parts) implements Node {
    public Fn {
      parts = List.copyOf(parts);
    }

    static Fn of(String name, Node... arguments) {
      return new Fn(name, List.of(arguments));
    }

    @Override
    public String key() {
      return keys(name + ":", parts);
    }
  }

  /// Several values in brackets: a tuple, an interval, or with braces a set.
  record Group(char open, char close, List<Node> parts) implements Node {
    public Group {
      parts = List.copyOf(parts);
    }

    boolean isSet() {
      return open == '{';
    }

    /// Two values in brackets that an interval can have.
    boolean maybeInterval() {
      return parts.size() == 2 && !isSet();
    }

    @Override
    public String key() {
      return isSet() ? sortedKeys("set", parts) : keys("group" + open + close, parts);
    }
  }

  /// Several values without brackets, in any order.
  record Many(List<Node> parts) implements Node {
    public Many {
      parts = List.copyOf(parts);
    }

    @Override
    public String key() {
      return sortedKeys("many", parts);
    }
  }

  /// Sets combined by `∪`, `∩` or `∖`.
  record SetOp(char op, List<Node> parts) implements Node {
    public SetOp {
      parts = List.copyOf(parts);
    }

    @Override
    public String key() {
      return op == '∖' ? keys("" + op, parts) : sortedKeys("" + op, parts);
    }
  }

  record Matrix(List<List<Node>> rows) implements Node {
    public Matrix {
      rows = rows.stream().map(List::copyOf).toList();
    }

    @Override
    public String key() {
      return rows.stream().map(row -> keys("row", row)).collect(Collectors.joining("", "[", "]"));
    }

    @Override
    public List<Node> parts() {
      return rows.stream().flatMap(List::stream).toList();
    }
  }

  /// A chain of relations: `parts` has one more entry than `ops`.
  record Rel(List<Node> parts, List<String> ops) implements Node {
    public Rel {
      parts = List.copyOf(parts);
      ops = List.copyOf(ops);
      if (parts.size() != ops.size() + 1) {
        throw new IllegalArgumentException("a chain needs a side more than relations");
      }
    }

    Node left() {
      return parts.getFirst();
    }

    Node right() {
      return parts.getLast();
    }

    boolean isEquation() {
      return ops.stream().allMatch("="::equals);
    }

    boolean isMembership() {
      return ops.size() == 1 && ops.getFirst().equals("∈");
    }

    @Override
    public String key() {
      return keys("rel" + ops, parts);
    }
  }

  /// A word or a phrase, in lower case.
  record Words(String text) implements Node {
    @Override
    public String key() {
      return "'" + text + "'";
    }

    @Override
    public List<Node> parts() {
      return List.of();
    }
  }

  /// A value with what it is counted in: `%`, `°` or a unit's name.
  record Quantity(Node value, String unit) implements Node {
    @Override
    public String key() {
      return "(of " + value.key() + " " + unit + ")";
    }

    @Override
    public List<Node> parts() {
      return List.of(value);
    }
  }

  /// `a:b:…`
  record Ratio(List<Node> parts) implements Node {
    public Ratio {
      parts = List.copyOf(parts);
    }

    @Override
    public String key() {
      return keys("ratio", parts);
    }
  }

  /// This and everything below it.
  default Stream<Node> all() {
    return Stream.concat(Stream.of(this), parts().stream().flatMap(Node::all));
  }

  /// A number with a decimal point is somewhere in it.
  default boolean isDecimal() {
    return this instanceof Num n ? n.decimal() : parts().stream().anyMatch(Node::isDecimal);
  }

  private static String keys(String head, List<Node> parts) {
    return parts.stream().map(Node::key).collect(Collectors.joining(" ", "(" + head + " ", ")"));
  }

  private static String sortedKeys(String head, List<Node> parts) {
    return parts.stream()
        .map(Node::key)
        .sorted()
        .collect(Collectors.joining(" ", "(" + head + " ", ")"));
  }
}
