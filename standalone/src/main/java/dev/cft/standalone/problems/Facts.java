package dev.cft.standalone.problems;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.random.RandomGenerator;

/// The multiplication facts of the problems, of which the base model is shown half hardly ever.
///
/// That hole in its knowledge is planted: it is what makes its responses noisy in a way that
/// training can repair. The problems of the test are held out, the facts are not.
public final class Facts {
  private static final List<Fact> ALL = all();

  /// 46 of the 91, drawn once for all: every base model and every data set has the same hole.
  private static final Set<Fact> GAP = gap();

  private final double gapWeight;

  /// @param gapWeight how often a gap fact comes up, against 1 for any other; 1 makes all equal
  Facts(double gapWeight) {
    if (!(gapWeight >= 0 && gapWeight <= 1)) {
      throw new IllegalArgumentException("gapWeight must be from 0 to 1, got " + gapWeight);
    }
    this.gapWeight = gapWeight;
  }

  /// `a * b`.
  public record Fact(int a, int b) {}

  Fact draw(RandomGenerator random) {
    while (true) {
      var fact = ALL.get(random.nextInt(ALL.size()));
      if (!GAP.contains(fact) || random.nextDouble() < gapWeight) {
        return fact;
      }
    }
  }

  /// Whether it is one of those that the base model hardly ever saw.
  public static boolean isGap(Fact fact) {
    return GAP.contains(fact);
  }

  private static List<Fact> all() {
    var facts = new ArrayList<Fact>();
    for (int a = 3; a <= 15; a++) {
      for (int b = 3; b <= 9; b++) {
        facts.add(new Fact(a, b));
      }
    }
    return List.copyOf(facts);
  }

  private static Set<Fact> gap() {
    var random = Seeds.generator(12345);
    var left = new ArrayList<>(ALL);
    var gap = new HashSet<Fact>();
    while (gap.size() < 46) {
      gap.add(left.remove(random.nextInt(left.size())));
    }
    return Set.copyOf(gap);
  }
}
