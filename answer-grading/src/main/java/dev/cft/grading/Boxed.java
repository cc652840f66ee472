package dev.cft.grading;

import java.util.Optional;

/// Finds `\boxed{…}` with its braces matched.
final class Boxed {
  private static final String OPEN = "\\boxed{";

  private Boxed() {}

  /// What the last closed box holds.
  static Optional<String> last(String text) {
    for (var at = text.lastIndexOf(OPEN); at >= 0; at = text.lastIndexOf(OPEN, at - 1)) {
      var start = at + OPEN.length();
      var end = closingBrace(text, start);
      if (end >= 0 && !text.substring(start, end).isBlank()) {
        return Optional.of(text.substring(start, end).strip());
      }
      if (end < 0 || at == 0) {
        return Optional.empty();
      }
    }
    return Optional.empty();
  }

  private static int closingBrace(String text, int from) {
    var depth = 1;
    for (var i = from; i < text.length(); i++) {
      switch (text.charAt(i)) {
        case '\\' -> i++;
        case '{' -> depth++;
        case '}' -> {
          depth--;
          if (depth == 0) {
            return i;
          }
        }
        default -> {}
      }
    }
    return -1;
  }
}
