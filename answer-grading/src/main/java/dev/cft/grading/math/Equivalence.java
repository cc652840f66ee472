package dev.cft.grading.math;

import dev.cft.grading.math.Node.Group;
import dev.cft.grading.math.Node.Many;
import dev.cft.grading.math.Node.Matrix;
import dev.cft.grading.math.Node.Num;
import dev.cft.grading.math.Node.Quantity;
import dev.cft.grading.math.Node.Ratio;
import dev.cft.grading.math.Node.Rel;
import dev.cft.grading.math.Node.Words;
import java.util.List;
import java.util.Optional;

/// Decides whether two answers are the same, gold first.
///
/// Structure decides where it can, then exact numbers, then [Probe] and [RealSets], [ByAlgebra]
/// last.
final class Equivalence {
  private final MathOptions options;
  private final Scalars scalars;
  private final Relations relations;
  private final Collections collections;
  private final RealSets sets;

  Equivalence(MathOptions options, Edition edition, Budget budget, Optional<ByAlgebra> algebra) {
    this.options = options;
    this.scalars = new Scalars(options, edition, budget, algebra);
    this.relations = new Relations(this, options, edition, budget);
    this.collections = new Collections(this, budget);
    this.sets = new RealSets(edition, budget);
  }

  Comparison compare(Node gold, Node prediction) {
    var a = Signs.expanded(gold);
    var b = Signs.expanded(prediction);
    if (a.key().equals(b.key())) {
      return Comparison.same("the same expression");
    }
    if (a instanceof Words || b instanceof Words) {
      return words(a, b);
    }
    if (a instanceof Quantity || b instanceof Quantity) {
      return quantities(a, b);
    }
    if (a instanceof Rel || b instanceof Rel) {
      return relation(a, b);
    }
    if (isCollection(a) || isCollection(b)) {
      return collection(a, b);
    }
    if (a instanceof Matrix || b instanceof Matrix) {
      return collections.matrices(a, b);
    }
    if (a instanceof Ratio || b instanceof Ratio) {
      return ratios(a, b);
    }
    var values = scalars.compare(a, b);
    return isInDegrees(a) == isInDegrees(b)
        ? values
        : values.or(() -> scalars.compare(withoutDegrees(a), withoutDegrees(b)));
  }

  /// A degree sign somewhere inside, as in `\cos 58°`; on one side only it may go without saying.
  private static boolean isInDegrees(Node node) {
    return node.all().anyMatch(n -> n instanceof Quantity q && q.unit().equals("°"));
  }

  private static Node withoutDegrees(Node node) {
    return node instanceof Quantity q && q.unit().equals("°")
        ? q.value()
        : Substitution.rebuilt(node, Equivalence::withoutDegrees);
  }

  private static Comparison words(Node a, Node b) {
    if (a instanceof Words x && b instanceof Words y) {
      return letters(x.text()).equals(letters(y.text()))
          ? Comparison.same("the same words")
          : Comparison.different("other words");
    }
    return Comparison.different("words against mathematics");
  }

  private static String letters(String text) {
    return text.replaceAll("[^\\p{L}\\d]", "");
  }

  private Comparison relation(Node a, Node b) {
    var direct = relations.compare(a, b);
    var allowed = options.relationAsSet() || !(b instanceof Rel) || a instanceof Rel;
    if (direct.isSame() || !allowed || !RealSets.isSet(a) || !RealSets.isSet(b)) {
      return direct;
    }
    var asSets = sets.compare(a, b);
    return asSets.isSame() || !direct.isDifferent() ? asSets : direct;
  }

  private static boolean isCollection(Node node) {
    return node instanceof Many
        || node instanceof Group
        || node instanceof Node.SetOp
        || (node instanceof Node.Sym s && s.name().startsWith("𝔹"));
  }

  private Comparison collection(Node a, Node b) {
    var direct = collections.compare(a, b);
    if (direct.isSame() || !RealSets.isSet(a) || !RealSets.isSet(b)) {
      return direct;
    }
    var plain = a instanceof Group && b instanceof Group && !isInterval(a) && !isInterval(b);
    if (plain) {
      return direct;
    }
    var asSets = sets.compare(a, b);
    return asSets.isSame() || !direct.isDifferent() ? asSets : direct;
  }

  private static boolean isInterval(Node node) {
    return node instanceof Group g && g.maybeInterval();
  }

  private Comparison ratios(Node a, Node b) {
    if (a instanceof Ratio x && b instanceof Ratio y && x.parts().size() == y.parts().size()) {
      return collections.proportional(x.parts(), y.parts());
    }
    if (a instanceof Ratio x && x.parts().size() == 2) {
      return compare(quotient(x), b);
    }
    return b instanceof Ratio y && y.parts().size() == 2
        ? compare(a, quotient(y))
        : Comparison.different("not the same number of values");
  }

  private static Node quotient(Ratio ratio) {
    var below = ratio.parts().getLast();
    return below instanceof Num n && n.value().isZero()
        ? new Group('(', ')', ratio.parts())
        : Canon.divided(ratio.parts().getFirst(), below);
  }

  private Comparison quantities(Node a, Node b) {
    var x = a instanceof Quantity q ? q : new Quantity(a, "");
    var y = b instanceof Quantity q ? q : new Quantity(b, "");
    var values = compare(x.value(), y.value());
    if (x.unit().equals(y.unit())) {
      return values;
    }
    if (values.isSame()) {
      return Vocabulary.isUnit(x.unit()) && Vocabulary.isUnit(y.unit())
          ? Comparison.different("another unit: %s, not %s".formatted(y.unit(), x.unit()))
          : values;
    }
    return List.of("%", "°").stream()
        .filter(unit -> x.unit().equals(unit) != y.unit().equals(unit))
        .filter(_ -> x.unit().isEmpty() || y.unit().isEmpty())
        .findFirst()
        .map(unit -> values.or(() -> compare(scaled(x), scaled(y))))
        .orElse(values);
  }

  private static Node scaled(Quantity quantity) {
    return switch (quantity.unit()) {
      case "%" -> Canon.divided(quantity.value(), Num.of(100));
      case "°" -> Canon.mul(quantity.value(), Canon.divided(Constants.PI, Num.of(180)));
      default -> quantity.value();
    };
  }
}
