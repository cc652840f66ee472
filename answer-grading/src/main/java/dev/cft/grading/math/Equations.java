package dev.cft.grading.math;

import dev.cft.grading.math.Node.Fn;
import dev.cft.grading.math.Node.Group;
import dev.cft.grading.math.Node.Mul;
import dev.cft.grading.math.Node.Num;
import dev.cft.grading.math.Node.Pow;
import dev.cft.grading.math.Node.Ratio;
import dev.cft.grading.math.Node.Rel;
import dev.cft.grading.math.Node.Sym;
import java.util.List;
import java.util.Optional;

/// What an equation says of the thing on its left side.
final class Equations {
  private Equations() {}

  /// The value that a chain gives to its left side: `x = 5 + 6 = 11` is 11, `x = 1/3 ≈ 0.33` is
  /// 1/3, `1/2 + 1/2 = 1` is 1, `x ∈ S` is S. Empty where the left side is no name (`2x + z = 1`).
  static Optional<Node> value(Rel rel) {
    if (rel.isMembership()) {
      return isName(rel.left()) ? Optional.of(rel.right()) : Optional.empty();
    }
    var exact = exact(rel);
    if (exact.isEmpty()) {
      return Optional.empty();
    }
    var sides = exact.get();
    var first = sides.getFirst();
    var last = sides.getLast();
    if (isName(first)) {
      return Optional.of(last);
    }
    if (isConstant(last)
        && sides.subList(1, sides.size() - 1).stream().anyMatch(Equations::isName)) {
      return Optional.of(last);
    }
    if (isConstant(first)) {
      return isConstant(last)
          ? Optional.of(last)
          : isName(last) ? Optional.of(first) : Optional.empty();
    }
    return Optional.empty();
  }

  /// The name on the left side where there is one.
  static Optional<Node> name(Rel rel) {
    return isName(rel.left()) ? Optional.of(rel.left()) : Optional.empty();
  }

  /// The sides of a chain of equations without the approximations after an exact value.
  private static Optional<List<Node>> exact(Rel rel) {
    var ops = rel.ops();
    if (!ops.stream()
        .allMatch(op -> op.equals("=") || op.equals("≈") || op.equals("≡") || op.equals("→"))) {
      return Optional.empty();
    }
    var approximate = ops.indexOf("≈");
    return Optional.of(approximate > 0 ? rel.parts().subList(0, approximate + 1) : rel.parts());
  }

  static boolean isConstant(Node node) {
    return Evaluation.variables(node).isEmpty();
  }

  /// Something that an answer may be called by: `x`, `a_n`, `f(x)`, `AB`, `BC/CD`, `S_1:S_2`, `(p,
  /// q)`, `|AB|`, `∠A`, but no sum and no power of a variable.
  static boolean isName(Node node) {
    return switch (node) {
      case Sym s -> !Constants.isConstant(s) || s.equals(Constants.I) || s.equals(Constants.E);
      case Fn fn ->
          switch (fn.name()) {
            case "sub" -> true;
            case "abs",
                "angle",
                "triangle",
                "det",
                "max",
                "min",
                "sin",
                "cos",
                "tan",
                "arg",
                "Re",
                "Im" ->
                fn.parts().stream().allMatch(Equations::isName);
            default -> fn.name().startsWith("apply ");
          };
      case Mul product -> product.parts().stream().allMatch(Equations::isFactorOfName);
      case Pow power -> power.exponent().equals(Num.MINUS_ONE) && isName(power.base());
      case Group group -> !group.isSet() && group.parts().stream().allMatch(Equations::isName);
      case Ratio ratio -> ratio.parts().stream().allMatch(Equations::isName);
      case Node.Words _ -> true;
      default -> false;
    };
  }

  private static boolean isFactorOfName(Node node) {
    return isName(node)
        || (node instanceof Pow power
            && isName(power.base())
            && power.exponent() instanceof Num n
            && n.value().isInteger());
  }
}
