package dev.cft.grading.algebra;

import java.util.List;

/// Two expressions whose values are wanted at some points.
///
/// @param first an expression in Symja's own language
/// @param second another one
/// @param points replacement rules for the variables (`v1->0.7,v2->1.3`); one empty entry where
///   there are none
/// @param millis processor time that may be spent
record Question(String first, String second, List<String> points, int millis) {
  private static final String FIELD = "\t";

  Question {
    points = List.copyOf(points);
  }

  String line() {
    return String.join(FIELD, Integer.toString(millis), first, second, String.join(";", points));
  }

  static Question read(String line) {
    var fields = line.split(FIELD, -1);
    return new Question(
        fields[1], fields[2], List.of(fields[3].split(";", -1)), Integer.parseInt(fields[0]));
  }
}
