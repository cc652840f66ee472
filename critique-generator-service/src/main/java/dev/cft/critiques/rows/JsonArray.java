package dev.cft.critiques.rows;

import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.databind.JsonNode;

/// The elements of one JSON array.
final class JsonArray implements RawRows.Source {
  private final JsonParser parser;
  private long line = 1;
  private boolean isAtEnd;

  JsonArray(JsonParser parser) {
    this.parser = parser;
    parser.nextToken();
  }

  @Override
  public long line() {
    return line;
  }

  @Override
  public @Nullable JsonNode next() {
    if (isAtEnd) {
      return null;
    }
    var token = parser.nextToken();
    line = Math.max(1, parser.currentTokenLocation().getLineNr());
    if (token == JsonToken.END_ARRAY) {
      isAtEnd = true;
      refuseMore();
      return null;
    }
    JsonNode value = parser.readValueAsTree();
    return value;
  }

  private void refuseMore() {
    if (parser.nextToken() != null) {
      throw new RowFormatException(line, null, "has text after the end of the JSON array");
    }
  }
}
