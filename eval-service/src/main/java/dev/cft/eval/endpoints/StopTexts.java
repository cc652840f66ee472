package dev.cft.eval.endpoints;

import java.util.Comparator;
import java.util.List;

/// Stop texts where endpoints take only a few of them.
final class StopTexts {
  private StopTexts() {}

  /// The ones that are sent: special tokens end answers without being told, so they come last.
  static List<String> sent(List<String> stops, int most) {
    return stops.stream()
        .sorted(Comparator.comparing(StopTexts::isSpecialToken))
        .limit(most)
        .toList();
  }

  private static boolean isSpecialToken(String stop) {
    return stop.startsWith("<") && stop.endsWith(">");
  }

  /// The text up to the first stop.
  static String cut(String text, List<String> stops) {
    var end =
        stops.stream().mapToInt(text::indexOf).filter(at -> at >= 0).min().orElse(text.length());
    return text.substring(0, end);
  }
}
