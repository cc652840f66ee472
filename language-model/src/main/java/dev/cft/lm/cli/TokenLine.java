package dev.cft.lm.cli;

import dev.cft.lm.Tokenizer;
import java.util.List;
import org.jspecify.annotations.Nullable;
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
    @Nullable Integer top_k,
    @Nullable Long seed,
    @Nullable List<String> stop,
    @Nullable Integer n,
    @Nullable Integer logprobs,
    @Nullable Double max_seconds) {
  private static final JsonMapper MAPPER =
      JsonMapper.builder().enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES).build();

  static TokenLine of(String text) {
    return new TokenLine(text, null, null, null, null, null, null, null, null, null, null);
  }

  /// @throws IllegalArgumentException telling what is wrong with the line
  static TokenLine parse(String json) {
    var line = MAPPER.readValue(json, TokenLine.class);
    if ((line.text() == null) == (line.tokens() == null)) {
      throw new IllegalArgumentException("either 'text' or 'tokens' is needed");
    }
    return line;
  }

  int[] encoded(Tokenizer tokenizer) {
    if (text != null) {
      return tokenizer.encode(text);
    }
    return tokens == null ? new int[0] : tokens;
  }
}
