package dev.cft.grading.qwen;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/// Numbers in English words, with every other word ignored, as the published rules do.
final class NumberWords {
  private static final Map<String, Long> SMALL =
      Map.ofEntries(
          Map.entry("zero", 0L),
          Map.entry("one", 1L),
          Map.entry("two", 2L),
          Map.entry("three", 3L),
          Map.entry("four", 4L),
          Map.entry("five", 5L),
          Map.entry("six", 6L),
          Map.entry("seven", 7L),
          Map.entry("eight", 8L),
          Map.entry("nine", 9L),
          Map.entry("ten", 10L),
          Map.entry("eleven", 11L),
          Map.entry("twelve", 12L),
          Map.entry("thirteen", 13L),
          Map.entry("fourteen", 14L),
          Map.entry("fifteen", 15L),
          Map.entry("sixteen", 16L),
          Map.entry("seventeen", 17L),
          Map.entry("eighteen", 18L),
          Map.entry("nineteen", 19L),
          Map.entry("twenty", 20L),
          Map.entry("thirty", 30L),
          Map.entry("forty", 40L),
          Map.entry("fifty", 50L),
          Map.entry("sixty", 60L),
          Map.entry("seventy", 70L),
          Map.entry("eighty", 80L),
          Map.entry("ninety", 90L));

  private static final Map<String, Long> LARGE =
      Map.of("thousand", 1_000L, "million", 1_000_000L, "billion", 1_000_000_000L);

  private NumberWords() {}

  /// The number; empty where there is no number word.
  static Optional<String> read(String text) {
    if (text.matches("\\d{1,18}")) {
      return Optional.of(Long.toString(Long.parseLong(text)));
    }
    var words = words(text);
    if (words.isEmpty()) {
      return Optional.empty();
    }
    var total = 0L;
    var group = 0L;
    for (var word : words) {
      if (LARGE.containsKey(word)) {
        total += Math.max(group, 1) * LARGE.get(word);
        group = 0;
      } else if (word.equals("hundred")) {
        group = Math.max(group, 1) * 100;
      } else {
        group += SMALL.getOrDefault(word, 0L);
      }
    }
    return Optional.of(Long.toString(total + group));
  }

  private static List<String> words(String text) {
    var words = new ArrayList<String>();
    for (var word : text.replace('-', ' ').toLowerCase(Locale.ROOT).split("\\s+", -1)) {
      if (SMALL.containsKey(word) || LARGE.containsKey(word) || word.equals("hundred")) {
        words.add(word);
      }
    }
    return words.size() > 30 ? List.of() : words;
  }
}
