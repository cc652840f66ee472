package dev.cft.critiques.rows;

import com.github.luben.zstd.ZstdIOException;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.util.Iterator;
import java.util.NoSuchElementException;
import java.util.zip.ZipException;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/// The JSON objects of a file, read one by one: JSON Lines, or one JSON array of objects, either of
/// them packed with gzip or zstd; or a Parquet file.
///
/// Memory stays at one row. Blank lines are passed over; a byte order mark is, too.
public final class RawRows implements Iterator<RawRow>, AutoCloseable {
  private static final int[] BYTE_ORDER_MARK = {0xEF, 0xBB, 0xBF};

  private final InputStream content;
  private final Source source;
  private final RowLimits limits;
  private long index;
  private @Nullable RawRow next;

  private RawRows(InputStream content, Source source, RowLimits limits) {
    this.content = content;
    this.source = source;
    this.limits = limits;
    try {
      this.next = advance();
      if (next == null) {
        throw new RowFormatException(
            0, null, "The file holds no rows; expected JSON Lines or a JSON array of objects.");
      }
    } catch (RuntimeException e) {
      source.close();
      throw e;
    }
  }

  /// Where JSON values come from.
  interface Source {
    /// The next value; null at the end.
    @Nullable JsonNode next();

    /// Where that value began.
    long line();

    /// Frees what reading took.
    default void close() {}
  }

  /// Reads a file.
  ///
  /// @throws RowFormatException the first row is malformed, or there is none
  public static RawRows of(InputStream content, RowLimits limits) {
    try {
      return new RawRows(content, source(content, limits), limits);
    } catch (EOFException | ZipException | ZstdIOException e) {
      close(content);
      throw new RowFormatException(0, null, "The file cannot be unpacked: " + e.getMessage());
    } catch (IOException e) {
      close(content);
      throw new UncheckedIOException(e);
    } catch (RuntimeException e) {
      close(content);
      throw e;
    }
  }

  /// Whether the file is text as it stands, neither packed nor Parquet.
  public boolean isPlainText() {
    return !(source instanceof Unpacked || source instanceof Parquet);
  }

  private static Source source(InputStream content, RowLimits limits) throws IOException {
    var packing = new Packing(content);
    var bytes = packing.plain();
    if (packing.isParquet()) {
      return new Parquet(bytes);
    }
    skipByteOrderMark(bytes);
    var mapper = mapper(limits);
    var lines =
        firstSign(bytes) == '[' ? array(bytes, mapper) : new JsonLines(bytes, mapper, limits);
    return packing.isPacked() ? new Unpacked(lines) : lines;
  }

  private static JsonMapper mapper(RowLimits limits) {
    var longest = Math.toIntExact(limits.maxRow().toBytes());
    var factory =
        JsonFactory.builder()
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .streamReadConstraints(
                StreamReadConstraints.builder()
                    .maxStringLength(longest)
                    .maxNestingDepth(100)
                    .build())
            .build();
    return JsonMapper.builder(factory)
        .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
        .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
        .build();
  }

  private static Source array(InputStream bytes, JsonMapper mapper) {
    var strict =
        StandardCharsets.UTF_8
            .newDecoder()
            .onMalformedInput(CodingErrorAction.REPORT)
            .onUnmappableCharacter(CodingErrorAction.REPORT);
    return new JsonArray(mapper.createParser(new InputStreamReader(bytes, strict)));
  }

  private static void skipByteOrderMark(InputStream bytes) throws IOException {
    bytes.mark(BYTE_ORDER_MARK.length);
    for (int expected : BYTE_ORDER_MARK) {
      if (bytes.read() != expected) {
        bytes.reset();
        return;
      }
    }
  }

  /// The first character that is no white space, looked for in what one read gives.
  private static int firstSign(InputStream bytes) throws IOException {
    bytes.mark(1 << 12);
    int sign = bytes.read();
    for (int i = 1; i < 1 << 12 && sign >= 0 && Character.isWhitespace(sign); i++) {
      sign = bytes.read();
    }
    bytes.reset();
    return sign;
  }

  private @Nullable RawRow advance() {
    var value = read();
    if (value == null) {
      return null;
    }
    if (index >= limits.maxRows()) {
      throw new RowFormatException(
          source.line(), null, "the file has more than %d rows".formatted(limits.maxRows()));
    }
    if (!(value instanceof ObjectNode row)) {
      throw new RowFormatException(
          source.line(), null, "must be a JSON object, got " + Fields.kindOf(value));
    }
    return new RawRow(source.line(), index++, row);
  }

  private @Nullable JsonNode read() {
    try {
      return source.next();
    } catch (JacksonException e) {
      throw new RowFormatException(source.line(), null, Fields.complaint(e));
    }
  }

  @Override
  public boolean hasNext() {
    return next != null;
  }

  @Override
  public RawRow next() {
    var row = next;
    if (row == null) {
      throw new NoSuchElementException();
    }
    next = advance();
    return row;
  }

  @Override
  public void close() {
    source.close();
    close(content);
  }

  private static void close(InputStream content) {
    try {
      content.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
