package dev.cft.eval.runs;

import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;

/// How a model comes to its answer: the inference modes of arXiv 2501.17703, section 4.4.
enum Mode {
  /// One answer.
  DIRECT,
  /// Solution, critique and corrected solution in one answer.
  SINGLE_PASS_CRITIQUE,
  /// Solution and critique in turn, until the critique says that it is right.
  TWO_STAGE_CRITIQUE;

  String wireName() {
    return name().toLowerCase(Locale.ROOT);
  }

  static List<String> names() {
    return Stream.of(values()).map(Mode::wireName).toList();
  }

  static Mode named(String name) {
    return valueOf(name.toUpperCase(Locale.ROOT));
  }
}
