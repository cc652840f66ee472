package dev.cft.grading.math;

import dev.cft.grading.math.Node.Add;
import dev.cft.grading.math.Node.Mul;
import dev.cft.grading.math.Node.Num;
import dev.cft.grading.math.Node.Pow;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.TreeMap;

/// Builds sums, products and powers with everything exact folded: numbers are added up, like terms
/// and equal bases collected, the rest sorted. Nothing is expanded.
final class Canon {
  /// Bits of the largest number that is worked out; beyond it a power stays a power (our choice:
  /// 100! has 525 bits, an exact answer of more than 3,000 digits has not been seen).
  static final int MAX_BITS = 10_000;

  private static final int MAX_ROOT = 64;

  private Canon() {}

  static Node add(Node... terms) {
    return add(List.of(terms));
  }

  static Node add(List<Node> terms) {
    var constant = Num.ZERO;
    var collected = new TreeMap<String, Term>();
    for (var term : flat(terms)) {
      if (term instanceof Num n) {
        constant = plus(constant, n);
      } else {
        var split = Term.of(term);
        collected.merge(split.rest.key(), split, Term::plus);
      }
    }
    var result = new ArrayList<Node>();
    if (!constant.value().isZero()) {
      result.add(constant);
    }
    for (var term : collected.values()) {
      if (!term.factor.value().isZero()) {
        result.add(mul(term.factor, term.rest));
      }
    }
    return switch (result.size()) {
      case 0 -> constant;
      case 1 -> result.getFirst();
      default -> new Add(result);
    };
  }

  static Node negated(Node node) {
    return mul(Num.MINUS_ONE, node);
  }

  static Node minus(Node left, Node right) {
    return add(left, negated(right));
  }

  static Node divided(Node above, Node below) {
    return mul(above, pow(below, Num.MINUS_ONE));
  }

  static Node mul(Node... factors) {
    return mul(List.of(factors));
  }

  static Node mul(List<Node> factors) {
    var constant = Num.ONE;
    var powers = new TreeMap<String, Factor>();
    for (var factor : flatFactors(factors)) {
      if (factor instanceof Num n) {
        constant = times(constant, n);
      } else {
        var split = Factor.of(factor);
        powers.merge(split.base.key(), split, Factor::times);
      }
    }
    var result = new ArrayList<Node>();
    for (var factor : powers.values()) {
      var power = pow(factor.base, factor.exponent);
      if (power instanceof Num n) {
        constant = times(constant, n);
      } else {
        result.add(power);
      }
    }
    if (constant.value().isZero()) {
      return constant;
    }
    if (!constant.value().isOne() || result.isEmpty()) {
      result.addFirst(constant);
    }
    return result.size() == 1 ? result.getFirst() : new Mul(result);
  }

  static Node pow(Node base, Node exponent) {
    if (exponent instanceof Num n) {
      if (n.value().isZero() && !(base instanceof Num b && b.value().isZero())) {
        return Num.ONE;
      }
      if (n.value().isOne()) {
        return base;
      }
      if (base instanceof Num b) {
        return numberPower(b, n);
      }
      if (n.value().isInteger() && base instanceof Pow inner) {
        return pow(inner.base(), mul(inner.exponent(), n));
      }
      if (n.value().isInteger() && base instanceof Mul product) {
        return mul(product.parts().stream().map(part -> pow(part, n)).toList());
      }
    }
    return base instanceof Num b && b.value().isOne() ? base : new Pow(base, exponent);
  }

  static Node sqrt(Node node) {
    return root(node, Num.of(2));
  }

  /// The principal root; of odd degree the real one.
  static Node root(Node node, Node degree) {
    if (degree instanceof Num n
        && n.value().isInteger()
        && node instanceof Num b
        && b.value().signum() < 0
        && n.value().numerator().testBit(0)) {
      return negated(root(new Num(b.value().negated(), b.decimal()), degree));
    }
    return pow(node, divided(Num.ONE, degree));
  }

  private static Node numberPower(Num base, Num exponent) {
    var b = base.value();
    var e = exponent.value();
    var decimal = base.decimal() || exponent.decimal();
    if (b.isZero()) {
      if (e.signum() < 0) {
        throw new UnreadableException("it divides by zero");
      }
      return e.isZero() ? Num.ONE : base;
    }
    if (b.isOne()) {
      return base;
    }
    if (e.isInteger() && e.abs().numerator().bitLength() < 31 && fits(b, e)) {
      return new Num(b.pow(e.numerator().intValue()), decimal);
    }
    var below = e.denominator();
    if (!e.isInteger()
        && below.compareTo(BigInteger.valueOf(MAX_ROOT)) <= 0
        && e.abs().numerator().bitLength() < 31
        && b.signum() > 0
        && b.bits() < 2 * MAX_BITS) {
      var root = b.root(below.intValue());
      if (root.isPresent() && fits(root.get(), e)) {
        return new Num(root.get().pow(e.numerator().intValue()), decimal);
      }
    }
    return new Pow(base, exponent);
  }

  private static boolean fits(Rational base, Rational exponent) {
    return base.bits() * exponent.abs().numerator().doubleValue() <= MAX_BITS;
  }

  private static Num plus(Num a, Num b) {
    return bounded(a.value().plus(b.value()), a.decimal() || b.decimal());
  }

  private static Num times(Num a, Num b) {
    return bounded(a.value().times(b.value()), a.decimal() || b.decimal());
  }

  private static Num bounded(Rational value, boolean decimal) {
    if (value.bits() > 4 * MAX_BITS) {
      throw new UnreadableException("a number in it is too long");
    }
    return new Num(value, decimal);
  }

  private static Collection<Node> flat(List<Node> terms) {
    var flat = new ArrayList<Node>();
    for (var term : terms) {
      flat.addAll(term instanceof Add sum ? sum.parts() : List.of(term));
    }
    return flat;
  }

  private static Collection<Node> flatFactors(List<Node> factors) {
    var flat = new ArrayList<Node>();
    for (var factor : factors) {
      flat.addAll(factor instanceof Mul product ? product.parts() : List.of(factor));
    }
    return flat;
  }

  /// A number times the rest.
  private record Term(Num factor, Node rest) {
    static Term of(Node node) {
      return node instanceof Mul product && product.parts().getFirst() instanceof Num n
          ? new Term(n, rest(product))
          : new Term(Num.ONE, node);
    }

    private static Node rest(Mul product) {
      var others = product.parts().subList(1, product.parts().size());
      return others.size() == 1 ? others.getFirst() : new Mul(others);
    }

    Term plus(Term other) {
      return new Term(Canon.plus(factor, other.factor), rest);
    }
  }

  private record Factor(Node base, Node exponent) {
    static Factor of(Node node) {
      return node instanceof Pow power
          ? new Factor(power.base(), power.exponent())
          : new Factor(node, Num.ONE);
    }

    Factor times(Factor other) {
      return new Factor(base, add(exponent, other.exponent));
    }
  }
}
