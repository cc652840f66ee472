package dev.cft.grading.math;

import dev.cft.grading.math.Node.Fn;
import dev.cft.grading.math.Node.Rel;
import dev.cft.grading.math.Node.Sym;
import java.util.LinkedHashSet;
import java.util.Optional;
import java.util.Set;

/// Which variables a tree has, and which of them its sums, integrals and limits bind.
///
/// @param free those that stand outside of what binds them
/// @param bound those that something binds
record FreeVariables(Set<String> free, Set<String> bound) {
  FreeVariables {
    free = Set.copyOf(free);
    bound = Set.copyOf(bound);
  }

  static FreeVariables of(Node node) {
    var free = new LinkedHashSet<String>();
    var bound = new LinkedHashSet<String>();
    collect(node, Set.of(), free, bound);
    return new FreeVariables(free, bound);
  }

  /// The same name inside and outside: `\lim_{x\to 2} x^2 + 3x` may have been meant otherwise.
  boolean isAmbiguous() {
    return bound.stream().anyMatch(free::contains);
  }

  private static void collect(Node node, Set<String> scope, Set<String> free, Set<String> bound) {
    if (node instanceof Sym s && !scope.contains(s.name()) && !Constants.isConstant(s)) {
      if (!s.name().startsWith("·")) {
        free.add(s.name());
      }
    } else if (node instanceof Fn fn && variable(fn).isPresent()) {
      var own = variable(fn).get();
      bound.add(own.name());
      var inner = new LinkedHashSet<>(scope);
      inner.add(own.name());
      fn.parts().forEach(part -> collect(part, inner, free, bound));
    } else {
      node.parts().forEach(part -> collect(part, scope, free, bound));
    }
  }

  private static Optional<Sym> variable(Fn fn) {
    return switch (fn.name()) {
      case "int" -> fn.parts().size() == 4 ? symbol(fn.parts().get(3)) : Optional.empty();
      case "sum", "prod", "lim" ->
          fn.parts().getFirst() instanceof Rel rel ? symbol(rel.left()) : Optional.empty();
      default -> Optional.empty();
    };
  }

  private static Optional<Sym> symbol(Node node) {
    return node instanceof Sym s ? Optional.of(s) : Optional.empty();
  }
}
