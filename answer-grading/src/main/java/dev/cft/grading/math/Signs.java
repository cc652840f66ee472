package dev.cft.grading.math;

import dev.cft.grading.math.Node.Fn;
import dev.cft.grading.math.Node.Many;
import java.util.List;

/// Writes `a ± b` out as two values.
final class Signs {
  private Signs() {}

  /// Two values where the tree has `±` or `∓`, itself where it has none.
  static Node expanded(Node node) {
    return node instanceof Many || !hasSign(node)
        ? node
        : new Many(List.of(signed(node, true), signed(node, false)));
  }

  private static boolean hasSign(Node node) {
    return node.all().anyMatch(Signs::isSign);
  }

  private static boolean isSign(Node node) {
    return node instanceof Fn fn && (fn.name().equals("pm") || fn.name().equals("mp"));
  }

  private static Node signed(Node node, boolean upper) {
    if (node instanceof Fn fn && isSign(fn)) {
      var inside = signed(fn.parts().getFirst(), upper);
      return fn.name().equals("pm") == upper ? inside : Canon.negated(inside);
    }
    return Substitution.rebuilt(node, part -> signed(part, upper));
  }
}
