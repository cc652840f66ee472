package dev.cft.grading.math;

/// How a comma between digits is read: `1,234` is a number, a list or, in much of Europe, a
/// decimal.
enum Commas {
  /// Where three digits follow each comma it groups digits; else it separates values.
  GROUPING,
  /// It always separates values.
  SEPARATING,
  /// It is a decimal point.
  DECIMAL
}
