package dev.cft.lm.cli;

import dev.cft.lm.Tokenizer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.json.JsonMapper;

/// One line of an input file: `{"text":…}` or `{"tokens":[…]}`, with what `Generate` may be told
/// about it.
@SuppressWarnings("ArrayRecordComponent") // read once
record TokenLine(
    @Nullable String text,
    int @Nullable [] tokens,
    @Nullable Integer max_tokens,
    @Nullable Double temperature,
    @Nullable Double top_p,
    @Nullable Long seed,
    @Nullable List<String> stop) {
  private static final JsonMapper MAPPER =
      JsonMapper.builder().enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES).build();

  static TokenLine of(String text) {
    return new TokenLine(text, null, null, null, null, null, null);
  }

  /// @throws IllegalArgumentException naming the line that is wrong
  static List<TokenLine> read(Path file) throws IOException {
    var lines = new ArrayList<TokenLine>();
    for (var json : Files.readAllLines(file)) {
      try {
        var line = MAPPER.readValue(json, TokenLine.class);
        if ((line.text() == null) == (line.tokens() == null)) {
          throw new IllegalArgumentException(
              "line %d: either 'text' or 'tokens' is needed".formatted(lines.size() + 1));
        }
        lines.add(line);
      } catch (JacksonException e) {
        throw new IllegalArgumentException(
            "line %d: %s".formatted(lines.size() + 1, e.getOriginalMessage()), e);
      }
    }
    return lines;
  }

  int[] encoded(Tokenizer tokenizer) {
    if (text != null) {
      return tokenizer.encode(text);
    }
    return tokens == null ? new int[0] : tokens;
  }
}
