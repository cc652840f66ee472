package dev.cft.grading.qwen;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/// The published list of units, which are deleted from answers. It deletes `sec` from `\sec^2(y)`
/// as well, and single letters; points in it stand for any character.
final class Units {
  private static final Pattern LETTER = Pattern.compile("[\\p{L}∏]");
  private static final List<Pattern> PATTERNS = patterns();

  private Units() {}

  static String removed(String text) {
    if (!LETTER.matcher(text).find()) {
      return text;
    }
    var result = text;
    for (var round = 0; round < 2; round++) {
      for (var pattern : PATTERNS) {
        var shorter = pattern.matcher(result).replaceAll("$1$2");
        result = shorter.isEmpty() ? result : shorter;
      }
    }
    return result;
  }

  private static List<Pattern> patterns() {
    try (var file = Units.class.getResourceAsStream("units.txt")) {
      if (file == null) {
        throw new IllegalStateException("units.txt is not on the class path");
      }
      var units =
          new String(file.readAllBytes(), StandardCharsets.UTF_8)
              .lines()
              .map(line -> line.substring(1, line.length() - 1))
              .toList();
      return Stream.concat(units.stream(), units.stream().map(unit -> unit + "s"))
          .map(unit ->
              Pattern.compile("(^|\\W)" + unit + "($|\\W)", Pattern.UNICODE_CHARACTER_CLASS))
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
