package dev.cft.grading;

import dev.cft.grading.algebra.ComputerAlgebra;
import dev.cft.grading.math.Edition;
import dev.cft.grading.math.MathOptions;
import dev.cft.grading.qwen.QwenRules;
import java.util.Arrays;
import java.util.List;

/// The graders by name; a name without a version is the newest version.
public final class Graders {
  /// One process for all graders.
  private static final ComputerAlgebra ALGEBRA = new ComputerAlgebra();

  /// Oldest version of a name first.
  private static final List<Grader> ALL =
      List.of(
          new ExactGrader(),
          new NumericGrader(),
          new RobustGrader(Edition.FIRST, MathOptions.DEFAULT, ALGEBRA),
          new RobustGrader(Edition.SECOND, MathOptions.DEFAULT, ALGEBRA),
          new QwenGrader("qwen-math@1", new QwenRules(false, false)),
          new QwenGrader("cft-authors@1", new QwenRules(true, false)),
          new QwenGrader("qwen-math-minerva@1", new QwenRules(false, true)),
          new QwenGrader("cft-authors-minerva@1", new QwenRules(true, true)));

  private Graders() {}

  /// The grader of that name, for instance `numeric` or `numeric@1`.
  ///
  /// @throws IllegalArgumentException naming the known graders
  public static Grader named(String name) {
    return ALL.reversed().stream()
        .filter(grader -> grader.name().equals(name) || bareName(grader).equals(name))
        .findFirst()
        .orElseThrow(() ->
            new IllegalArgumentException(
                "unknown grader '%s'; known: %s".formatted(name, names())));
  }

  /// The newest `robust` grader with options of its own.
  public static Grader robust(MathOptions options) {
    return new RobustGrader(Edition.SECOND, options, ALGEBRA);
  }

  /// The same version of the `robust` grader with other options; any other grader as it is.
  public static Grader withOptions(Grader grader, MathOptions options) {
    return grader instanceof RobustGrader robust ? robust.with(options) : grader;
  }

  /// All names with their versions.
  public static List<String> names() {
    return ALL.stream().map(Grader::name).toList();
  }

  private static String bareName(Grader grader) {
    return Arrays.asList(grader.name().split("@")).getFirst();
  }
}
