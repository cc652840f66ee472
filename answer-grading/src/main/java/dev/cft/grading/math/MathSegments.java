package dev.cft.grading.math;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;

/// The parts of a text between `$…$`, `$$…$$`, `\(…\)` and `\[…\]`.
final class MathSegments {
  private static final String SEPARATORS = ",;.& \n\t\r";

  private MathSegments() {}

  /// @param start of the opening delimiter
  /// @param end behind the closing one
  record Segment(int start, int end, String inside) {}

  static List<Segment> of(String text) {
    var segments = new ArrayList<Segment>();
    // A delimiter that is not closed once is closed nowhere behind either.
    var unclosed = new HashSet<String>();
    var at = 0;
    while (at < text.length()) {
      var open = opening(text, at);
      if (open.isEmpty() || unclosed.contains(open)) {
        at = text.charAt(at) == '\\' ? at + 2 : at + 1;
        continue;
      }
      var inside = at + open.length();
      var end = closing(text, inside, open);
      if (end < 0) {
        if (!open.equals("$")) {
          unclosed.add(open);
        }
        at = inside;
        continue;
      }
      var close = end + open.length();
      if (!text.substring(inside, end).isBlank()) {
        segments.add(new Segment(at, close, text.substring(inside, end).strip()));
      }
      at = close;
    }
    return segments;
  }

  private static String opening(String text, int at) {
    for (var open : List.of("$$", "$", "\\[", "\\(")) {
      if (text.startsWith(open, at)) {
        return open;
      }
    }
    return "";
  }

  private static int closing(String text, int from, String open) {
    var close =
        switch (open) {
          case "\\[" -> "\\]";
          case "\\(" -> "\\)";
          default -> open;
        };
    for (var i = from; i < text.length(); i++) {
      if (text.startsWith(close, i)) {
        return i;
      }
      if (text.charAt(i) == '\\') {
        i++;
      }
      // One dollar sign opens no more than a paragraph.
      if (open.equals("$") && text.startsWith("\n\n", i)) {
        return -1;
      }
    }
    return -1;
  }

  static boolean has(String text) {
    return !of(text).isEmpty();
  }

  static Optional<Segment> last(String text) {
    var segments = of(text);
    return segments.isEmpty() ? Optional.empty() : Optional.of(segments.getLast());
  }

  static String withoutMath(String text) {
    var prose = new StringBuilder();
    var at = 0;
    for (var segment : of(text)) {
      prose.append(text, at, segment.start()).append(' ');
      at = segment.end();
    }
    return prose.append(text.substring(at)).toString();
  }

  /// Segments with nothing but `and`, `or` and commas between them.
  static boolean isOnlyMath(String text) {
    var segments = of(text);
    if (segments.isEmpty()) {
      return false;
    }
    var at = 0;
    for (var segment : segments) {
      if (!isConnective(text.substring(at, segment.start()))) {
        return false;
      }
      at = segment.end();
    }
    return isConnective(text.substring(at));
  }

  static boolean isConnective(String between) {
    var start = 0;
    var end = between.length();
    while (start < end && SEPARATORS.indexOf(between.charAt(start)) >= 0) {
      start++;
    }
    while (end > start && SEPARATORS.indexOf(between.charAt(end - 1)) >= 0) {
      end--;
    }
    var word = between.substring(start, end);
    return word.isEmpty() || word.equalsIgnoreCase("and") || word.equalsIgnoreCase("or");
  }

  static String joined(String text) {
    return String.join(" , ", of(text).stream().map(Segment::inside).toList());
  }
}
