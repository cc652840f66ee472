package dev.cft.standalone;

import java.util.Optional;
import java.util.stream.Stream;
import picocli.CommandLine;

/// What a user who mistyped an option or a command may have meant.
final class Suggestions {
  /// Two letters swapped, or two wrong.
  private static final int MOST_EDITS = 2;

  private Suggestions() {}

  static Optional<String> of(CommandLine command, String mistyped) {
    var options = command.getCommandSpec().optionsMap().keySet().stream();
    var commands = command.getSubcommands().keySet().stream();
    return Stream.concat(options, commands)
        .filter(name -> edits(name, mistyped) <= MOST_EDITS)
        .min((a, b) -> Integer.compare(edits(a, mistyped), edits(b, mistyped)));
  }

  /// Levenshtein's distance: insertions, deletions and replacements from one word to the other.
  private static int edits(String from, String to) {
    int[] row = new int[to.length() + 1];
    for (int j = 0; j <= to.length(); j++) {
      row[j] = j;
    }
    for (int i = 1; i <= from.length(); i++) {
      int diagonal = row[0];
      row[0] = i;
      for (int j = 1; j <= to.length(); j++) {
        int replaced = diagonal + (from.charAt(i - 1) == to.charAt(j - 1) ? 0 : 1);
        diagonal = row[j];
        row[j] = Math.min(replaced, 1 + Math.min(row[j], row[j - 1]));
      }
    }
    return row[to.length()];
  }
}
