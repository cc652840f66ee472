package dev.cft.grading.math;

import dev.cft.grading.math.Node.Add;
import dev.cft.grading.math.Node.Fn;
import dev.cft.grading.math.Node.Group;
import dev.cft.grading.math.Node.Many;
import dev.cft.grading.math.Node.Matrix;
import dev.cft.grading.math.Node.Mul;
import dev.cft.grading.math.Node.Num;
import dev.cft.grading.math.Node.Pow;
import dev.cft.grading.math.Node.Quantity;
import dev.cft.grading.math.Node.Ratio;
import dev.cft.grading.math.Node.Rel;
import dev.cft.grading.math.Node.SetOp;
import dev.cft.grading.math.Node.Sym;
import dev.cft.grading.math.Node.Words;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;

/// Rebuilds trees with parts replaced.
final class Substitution {
  private Substitution() {}

  /// The tree with each symbol of that name replaced.
  static Node of(Node node, Map<String, Node> values) {
    return node instanceof Sym s
        ? values.getOrDefault(s.name(), s)
        : rebuilt(node, part -> of(part, values));
  }

  /// The same tree made of changed parts.
  static Node rebuilt(Node node, UnaryOperator<Node> change) {
    List<Node> parts = node.parts().stream().map(change).toList();
    return switch (node) {
      case Num _, Sym _, Words _ -> node;
      case Add _ -> Canon.add(parts);
      case Mul _ -> Canon.mul(parts);
      case Pow _ -> Canon.pow(parts.get(0), parts.get(1));
      case Fn fn -> new Fn(fn.name(), parts);
      case Group group -> new Group(group.open(), group.close(), parts);
      case Many _ -> new Many(parts);
      case SetOp op -> new SetOp(op.op(), parts);
      case Matrix matrix ->
          new Matrix(matrix.rows().stream().map(row -> row.stream().map(change).toList()).toList());
      case Rel rel -> new Rel(parts, rel.ops());
      case Quantity quantity -> new Quantity(parts.getFirst(), quantity.unit());
      case Ratio _ -> new Ratio(parts);
    };
  }
}
