package dev.cft.grading.math;

import dev.cft.grading.math.Node.Group;
import dev.cft.grading.math.Node.Many;
import dev.cft.grading.math.Node.Matrix;
import dev.cft.grading.math.Node.Num;
import dev.cft.grading.math.Node.Rel;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/// Compares lists, sets, tuples and matrices part by part.
final class Collections {
  /// Largest collection that is compared in any order (its cost grows with the square; our choice).
  private static final int MAX_UNORDERED = 200;

  private final Equivalence equivalence;
  private final Budget budget;

  Collections(Equivalence equivalence, Budget budget) {
    this.equivalence = equivalence;
    this.budget = budget;
  }

  Comparison compare(Node a, Node b) {
    if (isUnordered(a) && isUnordered(b)) {
      return unordered(values(a), values(b));
    }
    if (a instanceof Group x && b instanceof Group y) {
      return groups(x, y);
    }
    if (a instanceof Many x && b instanceof Group y) {
      return listAndTuple(x, y);
    }
    if (a instanceof Group x && b instanceof Many y) {
      return listAndTuple(y, x);
    }
    if (a instanceof Matrix || b instanceof Matrix) {
      return matrices(a, b);
    }
    return single(a, b);
  }

  /// A collection of one against a value.
  private Comparison single(Node a, Node b) {
    if (isUnordered(a) && a.parts().size() == 1) {
      return equivalence.compare(a.parts().getFirst(), b);
    }
    if (isUnordered(b) && b.parts().size() == 1) {
      return equivalence.compare(a, b.parts().getFirst());
    }
    if (isUnordered(a) || isUnordered(b)) {
      var both = unordered(values(a), values(b));
      return both.isSame() ? both : Comparison.different("not the same number of values");
    }
    return Comparison.different("one value against several");
  }

  private static boolean isUnordered(Node node) {
    return node instanceof Many || (node instanceof Group g && g.isSet());
  }

  private Comparison groups(Group a, Group b) {
    if (a.isSet() != b.isSet()) {
      return Comparison.different("a set against a tuple");
    }
    if (a.open() != b.open() || a.close() != b.close()) {
      return Comparison.different("other brackets");
    }
    return ordered(a.parts(), b.parts());
  }

  /// `1, 2, 3` against `(1, 2, 3)`; `x = 1, y = 2` against `(1, 2)`; `(1, 2)` against one tuple.
  private Comparison listAndTuple(Many list, Group tuple) {
    var values = values(list);
    if (values.size() == 1) {
      return equivalence.compare(values.getFirst(), tuple);
    }
    var nested = values.stream().anyMatch(v -> v instanceof Group || v instanceof Many);
    return nested
        ? Comparison.different("several tuples against one")
        : ordered(plain(values), tuple.parts());
  }

  /// The values of assignments, in their order.
  private static List<Node> plain(List<Node> values) {
    return values.stream()
        .map(v -> v instanceof Rel rel ? Equations.value(rel).orElse(v) : v)
        .toList();
  }

  private Comparison ordered(List<Node> a, List<Node> b) {
    if (a.size() != b.size()) {
      return Comparison.different("%d values, not %d".formatted(b.size(), a.size()));
    }
    var result = Comparison.same("the same values in order");
    for (var i = 0; i < a.size(); i++) {
      budget.spend(10);
      var part = equivalence.compare(a.get(i), b.get(i));
      if (part.isDifferent()) {
        return part;
      }
      if (!part.isSame()) {
        result = part;
      }
    }
    return result;
  }

  private Comparison unordered(List<Node> a, List<Node> b) {
    if (a.size() > MAX_UNORDERED || b.size() > MAX_UNORDERED) {
      return ordered(a, b);
    }
    var forward = allIn(a, b);
    return forward.isSame()
        ? allIn(b, a).isSame() ? forward : Comparison.different("it has values that gold has not")
        : forward;
  }

  private Comparison allIn(List<Node> some, List<Node> others) {
    var result = Comparison.same("the same values in any order");
    for (var one : some) {
      var best = Comparison.different("the value %s is missing".formatted(shown(one)));
      for (var other : others) {
        budget.spend(10);
        var part = equivalence.compare(one, other);
        if (part.isSame()) {
          best = part;
          break;
        }
        if (!part.isDifferent()) {
          best = part;
        }
      }
      if (best.isDifferent()) {
        return best;
      }
      if (!best.isSame()) {
        result = best;
      }
    }
    return result;
  }

  private static String shown(Node node) {
    var key = node.key();
    return key.length() <= 40 ? key : key.substring(0, 39) + "…";
  }

  /// What a collection holds, with `±` written out and a common name taken off: `a = 4, -8, -10`.
  private static List<Node> values(Node node) {
    var parts = new ArrayList<Node>();
    for (var part : isUnordered(node) ? node.parts() : List.of(node)) {
      var expanded = Signs.expanded(part);
      if (!expanded.equals(part)) {
        parts.addAll(expanded.parts());
      } else if (part instanceof Many inner) {
        parts.add(new Group('(', ')', plain(inner.parts())));
      } else {
        parts.add(part);
      }
    }
    return parts;
  }

  /// Ratios: each pair in the same proportion.
  Comparison proportional(List<Node> a, List<Node> b) {
    if (Stream.concat(a.stream(), b.stream()).anyMatch(Num.ZERO::equals)) {
      return ordered(a, b);
    }
    for (var i = 1; i < a.size(); i++) {
      var part =
          equivalence.compare(Canon.mul(a.get(i), b.getFirst()), Canon.mul(a.getFirst(), b.get(i)));
      if (!part.isSame()) {
        return part;
      }
    }
    return ordered(a, b).or(() -> Comparison.same("the same proportion"));
  }

  Comparison matrices(Node a, Node b) {
    if (a instanceof Matrix x && b instanceof Matrix y) {
      var shapes =
          x.rows().stream()
              .map(List::size)
              .toList()
              .equals(y.rows().stream().map(List::size).toList());
      return shapes
          ? ordered(x.parts(), y.parts())
          : Comparison.different("a matrix of another shape");
    }
    var left = vector(a);
    var right = vector(b);
    return left.isPresent() && right.isPresent()
        ? ordered(left.get(), right.get())
        : Comparison.different("a matrix against something else");
  }

  /// The entries of a row, a column or a tuple.
  private static Optional<List<Node>> vector(Node node) {
    if (node instanceof Group group && !group.isSet()) {
      return Optional.of(group.parts());
    }
    return node instanceof Matrix m
            && (m.rows().size() == 1 || m.rows().stream().allMatch(row -> row.size() == 1))
        ? Optional.of(m.parts())
        : Optional.empty();
  }
}
