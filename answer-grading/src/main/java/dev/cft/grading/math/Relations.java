package dev.cft.grading.math;

import dev.cft.grading.math.Node.Fn;
import dev.cft.grading.math.Node.Rel;
import dev.cft.grading.math.Node.Sym;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/// Compares equations and inequalities with each other and with values.
final class Relations {
  private static final int POINTS = 12;

  private final Equivalence equivalence;
  private final MathOptions options;
  private final Edition edition;
  private final Budget budget;

  Relations(Equivalence equivalence, MathOptions options, Edition edition, Budget budget) {
    this.edition = edition;
    this.equivalence = equivalence;
    this.options = options;
    this.budget = budget;
  }

  Comparison compare(Node a, Node b) {
    if (a instanceof Rel x && b instanceof Rel y) {
      return both(x, y);
    }
    if (a instanceof Rel x) {
      return one(x, value -> equivalence.compare(value, b));
    }
    return b instanceof Rel y
        ? one(y, value -> equivalence.compare(a, value))
        : Comparison.unknown("neither is a relation");
  }

  private static Comparison one(Rel rel, java.util.function.Function<Node, Comparison> comparison) {
    return Equations.value(rel)
        .map(comparison)
        .orElse(Comparison.different("a relation against a value"));
  }

  private Comparison both(Rel a, Rel other) {
    var b = withArgumentOf(a, other);
    var x = Equations.value(a);
    var y = Equations.value(b);
    if (x.isPresent() && y.isPresent()) {
      var values = equivalence.compare(x.get(), y.get());
      var decided = values.isSame() || (!values.isDifferent() && edition.doubtsRelations());
      if (decided && sameName(a, b)) {
        return values;
      }
    }
    return proportional(a, b);
  }

  private boolean sameName(Rel a, Rel b) {
    var left = Equations.name(a);
    var right = Equations.name(b);
    if (left.isEmpty() || right.isEmpty() || !options.strict()) {
      return true;
    }
    // A function's argument is a dummy, and y = … defines what f(x) = … defines.
    var function = isFunction(left.get()) || isFunction(right.get());
    return function || left.get().key().equals(right.get().key());
  }

  /// f(t) = t² with its argument named as in f(x) = x².
  private static Rel withArgumentOf(Rel a, Rel b) {
    return a.left() instanceof Fn f
            && b.left() instanceof Fn g
            && isFunction(f)
            && isFunction(g)
            && f.parts().getFirst() instanceof Sym x
            && g.parts().getFirst() instanceof Sym t
            && Substitution.of(b, Map.of(t.name(), x)) instanceof Rel renamed
        ? renamed
        : b;
  }

  private static boolean isFunction(Node name) {
    return name instanceof Fn fn && fn.name().startsWith("apply ");
  }

  /// Equations are the same where one is a multiple of the other; inequalities where the multiple
  /// has the right sign.
  private Comparison proportional(Rel a, Rel b) {
    if (a.ops().size() != b.ops().size()) {
      return Comparison.different("not the same number of relations");
    }
    if (a.ops().size() > 1 && !a.isEquation()) {
      return chains(a, b);
    }
    var first = a.ops().getFirst();
    var second = b.ops().getFirst();
    var sign = direction(first, second);
    if (sign == 0) {
      return Comparison.different("another relation");
    }
    return proportional(
        difference(a), difference(b), first.equals("=") || first.equals("≠") ? 0 : sign);
  }

  private Comparison chains(Rel a, Rel b) {
    var forward = pairwise(a, b);
    return forward.or(() -> pairwise(a, reversed(b)));
  }

  private Comparison pairwise(Rel a, Rel b) {
    if (!a.ops().equals(b.ops())) {
      return Comparison.different("another relation");
    }
    for (var i = 0; i < a.parts().size(); i++) {
      var side = equivalence.compare(a.parts().get(i), b.parts().get(i));
      if (!side.isSame()) {
        return side;
      }
    }
    return Comparison.same("the same relations");
  }

  private static Rel reversed(Rel rel) {
    return new Rel(
        rel.parts().reversed(), rel.ops().reversed().stream().map(Relations::turned).toList());
  }

  private static String turned(String op) {
    return switch (op) {
      case "<" -> ">";
      case ">" -> "<";
      case "≤" -> "≥";
      case "≥" -> "≤";
      default -> op;
    };
  }

  /// 1 where the relations are the same, -1 where one is the other turned round, 0 otherwise.
  private static int direction(String a, String b) {
    return a.equals(b) ? 1 : turned(a).equals(b) ? -1 : 0;
  }

  private static Node difference(Rel rel) {
    return Canon.minus(rel.left(), rel.right());
  }

  /// @param sign of the factor, 0 for either
  private Comparison proportional(Node a, Node b, int sign) {
    var ratios = new ArrayList<Complex>();
    for (var i = 0; i < POINTS; i++) {
      var number = i;
      Evaluation.Point point = name -> Complex.of(Hashing.unit(name, number + 1) * 4 - 2);
      try {
        var x = new Evaluation(Map.of(), point, budget, Math.E).of(a);
        var y = new Evaluation(Map.of(), point, budget, Math.E).of(b);
        if (x.isFinite() && y.isFinite() && x.size() > 1e-9 && y.size() > 1e-9) {
          ratios.add(x.dividedBy(y));
        }
      } catch (NotNumericException e) {
        return Comparison.different("a relation of other things");
      }
    }
    return ratios.size() < 3
        ? Comparison.unknown("the relations could not be evaluated")
        : verdict(ratios, sign);
  }

  private static Comparison verdict(List<Complex> ratios, int sign) {
    var first = ratios.getFirst();
    var constant = ratios.stream().allMatch(r -> r.minus(first).size() <= 1e-7 * first.size());
    var signed = sign == 0 || (first.isReal() && Math.signum(first.re()) == sign);
    return constant && signed
        ? Comparison.same("the same relation, multiplied by a constant")
        : Comparison.different("another relation");
  }
}
