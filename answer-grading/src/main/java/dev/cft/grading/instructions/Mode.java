package dev.cft.grading.instructions;

import java.util.ArrayList;
import java.util.List;

/// How a response is looked at.
public enum Mode {
  /// As it is.
  STRICT,

  /// Also without its first line, its last line, both, and without asterisks: one of these eight
  /// forms has to follow the instruction.
  LOOSE;

  List<String> forms(String response) {
    if (this == STRICT) {
      return List.of(response);
    }
    var lines = response.split("\n", -1);
    var last = lines.length - 1;
    var forms = new ArrayList<String>();
    forms.add(response);
    forms.add(joined(lines, 1, lines.length));
    forms.add(joined(lines, 0, last));
    forms.add(joined(lines, 1, last));
    forms.addAll(forms.stream().map(form -> form.replace("*", "")).toList());
    return forms;
  }

  private static String joined(String[] lines, int from, int to) {
    return from >= to ? "" : String.join("\n", List.of(lines).subList(from, to)).strip();
  }
}
