package dev.cft.grading.math;

import dev.cft.grading.math.Node.Sym;
import java.util.Set;

/// Symbols with a fixed value.
final class Constants {
  static final Sym PI = new Sym("π");
  static final Sym INFINITY = new Sym("∞");
  static final Sym E = new Sym("e");
  static final Sym I = new Sym("i");

  private static final Set<Sym> ALL = Set.of(PI, INFINITY, E, I);

  private Constants() {}

  static boolean isConstant(Sym symbol) {
    return ALL.contains(symbol);
  }
}
