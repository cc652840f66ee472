package dev.cft.grading.math;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/// `\boxed{…}`, `\fbox{…}`, `\boxed 5`, with braces matched.
final class Boxes {
  private static final Pattern OPEN = Pattern.compile("\\\\f?box(?:ed)?\\s*(\\{)?");

  /// What may stand between boxes that belong to one answer.
  private static final Pattern BETWEEN =
      Pattern.compile(
          "(?i)(?:[\\s,;.&$]|\\\\[()\\[\\]]|\\\\quad|\\\\text\\{\\s*(?:and|or)?\\s*}|\\b(?:and|or)\\b)*");

  private static final int MAX_BETWEEN = 40;
  private static final Pattern BARE = Pattern.compile("\\s*(\\S[^$\\n]*)");
  private static final Pattern UNIT_BEHIND =
      Pattern.compile("\\\\?[)\\]$]*\\s*(%|\\\\%|percent\\b)");

  private Boxes() {}

  private record Box(int start, int end, String content) {}

  /// The content of the last boxes that belong together, joined by commas.
  static Optional<String> lastGroup(String text) {
    if (!text.contains("box")) {
      return Optional.empty();
    }
    var boxes = all(text);
    if (boxes.isEmpty()) {
      return Optional.empty();
    }
    var first = boxes.size() - 1;
    while (first > 0 && isBetween(text, boxes.get(first - 1).end, boxes.get(first).start)) {
      first--;
    }
    var group = boxes.subList(first, boxes.size()).stream().map(Box::content).distinct().toList();
    var unit = UNIT_BEHIND.matcher(text).region(boxes.getLast().end, text.length());
    var percent = unit.lookingAt() && !group.getLast().contains("%") ? "\\%" : "";
    return Optional.of(String.join(" , ", group) + percent);
  }

  private static boolean isBetween(String text, int from, int to) {
    return to - from < MAX_BETWEEN && BETWEEN.matcher(text.substring(from, to)).matches();
  }

  private static List<Box> all(String text) {
    var boxes = new ArrayList<Box>();
    var open = OPEN.matcher(text);
    var at = 0;
    while (open.find(at)) {
      at = open.end();
      if (open.group(1) == null) {
        var bare = BARE.matcher(text).region(open.end(), text.length());
        if (bare.lookingAt()) {
          boxes.add(new Box(open.start(), bare.end(), bare.group(1).strip()));
        }
        continue;
      }
      var end = closing(text, open.end());
      // A box that the text breaks off in is an answer all the same.
      var content = text.substring(open.end(), end < 0 ? text.length() : end).strip();
      var close = end < 0 ? text.length() : end + 1;
      if (!content.isEmpty() && (end >= 0 || content.length() < 200)) {
        boxes.add(new Box(open.start(), close, content));
      }
      at = Math.max(at, close);
    }
    return boxes;
  }

  private static int closing(String text, int from) {
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
