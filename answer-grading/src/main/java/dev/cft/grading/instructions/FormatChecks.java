package dev.cft.grading.instructions;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;
import tools.jackson.core.JacksonException;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.core.json.JsonReadFeature;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.json.JsonMapper;

/// Marks, sections, beginnings and endings.
final class FormatChecks {
  private static final Pattern PLACEHOLDER = Pattern.compile("\\[[^\\n\\]]*]");
  private static final Pattern STAR_BULLET =
      Pattern.compile("(?m)^\\s*\\*[^*\\n].*$|(?m)^\\s*\\*\\n.*$");
  private static final Pattern DASH_BULLET = Pattern.compile("(?m)^\\s*-.*$");
  private static final Pattern HIGHLIGHT = Pattern.compile("\\*[^\\n*]*\\*");
  private static final Pattern BOLD = Pattern.compile("\\*\\*[^\\n*]*\\*\\*");
  private static final Pattern TITLE = Pattern.compile("<<[^\\n]+>>");
  private static final Pattern FENCE = Pattern.compile("^```(?:json|Json|JSON)?");
  private static final List<String> OPTIONS =
      List.of("My answer is yes.", "My answer is no.", "My answer is maybe.");

  /// As lenient as Python's reader: NaN and infinities are numbers; one value and nothing behind.
  private static final JsonMapper JSON =
      JsonMapper.builder(
              JsonFactory.builder()
                  .enable(JsonReadFeature.ALLOW_NON_NUMERIC_NUMBERS)
                  .disable(StreamReadFeature.INCLUDE_SOURCE_IN_LOCATION)
                  .streamReadConstraints(
                      StreamReadConstraints.builder().maxNestingDepth(500).build())
                  .build())
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .build();

  private FormatChecks() {}

  static boolean placeholders(Arguments arguments, String response) {
    return count(PLACEHOLDER, response) >= arguments.number("num_placeholders");
  }

  static boolean postscript(Arguments arguments, String response) {
    var marker = arguments.text("postscript_marker");
    var pattern =
        switch (marker) {
          case "P.P.S" -> "p\\.\\s?p\\.\\s?s";
          case "P.S." -> "p\\.\\s?s\\.";
          default -> Pattern.quote(marker.toLowerCase(Locale.ROOT));
        };
    return Pattern.compile(pattern).matcher(response.toLowerCase(Locale.ROOT)).find();
  }

  static boolean bullets(Arguments arguments, String response) {
    return count(STAR_BULLET, response) + count(DASH_BULLET, response)
        == arguments.number("num_bullets");
  }

  static boolean constrained(Arguments arguments, String response) {
    return OPTIONS.stream().anyMatch(response.strip()::contains);
  }

  static boolean highlights(Arguments arguments, String response) {
    var single =
        HIGHLIGHT
            .matcher(response)
            .results()
            .filter(m -> !m.group().replace("*", "").isBlank())
            .count();
    var bold =
        BOLD.matcher(response)
            .results()
            .filter(m -> !m.group().substring(2, m.group().length() - 2).isBlank())
            .count();
    return single + bold >= arguments.number("num_highlights");
  }

  static boolean sections(Arguments arguments, String response) {
    var splitter = Pattern.quote(arguments.text("section_spliter"));
    return count(Pattern.compile("\\s?" + splitter + "\\s?\\d+\\s?"), response)
        >= arguments.number("num_sections");
  }

  static boolean json(Arguments arguments, String response) {
    var text = FENCE.matcher(response.strip()).replaceFirst("");
    text = text.endsWith("```") ? text.substring(0, text.length() - 3) : text;
    try {
      return !text.isBlank() && !JSON.readTree(text.strip()).isMissingNode();
    } catch (JacksonException e) {
      return false;
    }
  }

  static boolean title(Arguments arguments, String response) {
    return TITLE
        .matcher(response)
        .results()
        .anyMatch(m -> !m.group().replaceAll("^<+|>+$", "").isBlank());
  }

  /// Two different responses with `******` between them.
  static boolean twoResponses(Arguments arguments, String response) {
    var parts = response.split(Pattern.quote("******"), -1);
    var responses = new ArrayList<String>();
    for (var i = 0; i < parts.length; i++) {
      if (!parts[i].isBlank()) {
        responses.add(parts[i].strip());
      } else if (i > 0 && i < parts.length - 1) {
        return false;
      }
    }
    return responses.size() == 2 && !responses.get(0).equals(responses.get(1));
  }

  static boolean repeatsPrompt(Arguments arguments, String response) {
    return lower(response).startsWith(lower(arguments.text("prompt_to_repeat")));
  }

  static boolean endsWith(Arguments arguments, String response) {
    var text = response.strip().replaceAll("^\"+|\"+$", "").toLowerCase(Locale.ROOT);
    return text.endsWith(lower(arguments.text("end_phrase")));
  }

  static boolean quoted(Arguments arguments, String response) {
    var text = response.strip();
    return text.length() > 1 && text.startsWith("\"") && text.endsWith("\"");
  }

  private static String lower(String text) {
    return text.strip().toLowerCase(Locale.ROOT);
  }

  private static int count(Pattern pattern, String text) {
    return (int) pattern.matcher(text).results().count();
  }
}
