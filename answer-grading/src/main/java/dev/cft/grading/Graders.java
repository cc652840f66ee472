package dev.cft.grading;

import java.util.Arrays;
import java.util.List;

/// The graders by name; a name without a version is the newest version.
public final class Graders {
  /// Oldest version of a name first.
  private static final List<Grader> ALL = List.of(new ExactGrader(), new NumericGrader());

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

  /// All names with their versions.
  public static List<String> names() {
    return ALL.stream().map(Grader::name).toList();
  }

  private static String bareName(Grader grader) {
    return Arrays.asList(grader.name().split("@")).getFirst();
  }
}
