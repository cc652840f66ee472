package dev.cft.critiques.rows;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// One JSON value a line.
final class JsonLines implements RawRows.Source {
  private final InputStream bytes;
  private final JsonMapper mapper;
  private final long longest;
  private final ByteArrayOutputStream buffer = new ByteArrayOutputStream();
  private long line;
  private boolean isAtEnd;

  JsonLines(InputStream bytes, JsonMapper mapper, RowLimits limits) {
    this.bytes = bytes;
    this.mapper = mapper;
    this.longest = limits.maxRow().toBytes();
  }

  @Override
  public long line() {
    return line;
  }

  @Override
  public @Nullable JsonNode next() {
    while (!isAtEnd) {
      var text = decoded(readLine());
      if (!text.isBlank()) {
        return mapper.readTree(text);
      }
    }
    return null;
  }

  private byte[] readLine() {
    buffer.reset();
    line++;
    try {
      int value = bytes.read();
      while (value >= 0 && value != '\n') {
        if (buffer.size() == longest) {
          throw new RowFormatException(
              line, null, "is longer than the %d bytes that a row may have".formatted(longest));
        }
        buffer.write(value);
        value = bytes.read();
      }
      isAtEnd = value < 0;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return buffer.toByteArray();
  }

  private String decoded(byte[] content) {
    var input = ByteBuffer.wrap(content);
    try {
      return StandardCharsets.UTF_8.newDecoder().decode(input).toString();
    } catch (CharacterCodingException _) {
      throw new RowFormatException(
          line, null, "is not valid UTF-8 at byte %d of the line".formatted(input.position() + 1));
    }
  }
}
