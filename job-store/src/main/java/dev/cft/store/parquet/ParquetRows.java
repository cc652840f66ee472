package dev.cft.store.parquet;

import dev.cft.store.StoreJson;
import dev.hardwood.InputFile;
import dev.hardwood.reader.ParquetFileReader;
import dev.hardwood.reader.RowReader;
import dev.hardwood.row.PqList;
import dev.hardwood.row.PqStruct;
import dev.hardwood.row.StructAccessor;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Iterator;
import java.util.NoSuchElementException;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/// The rows of a Parquet file as JSON, one in memory at a time.
public final class ParquetRows implements Iterator<ObjectNode>, AutoCloseable {
  /// The first bytes of every Parquet file.
  public static final String MAGIC = "PAR1";

  private final ParquetFileReader file;
  private final RowReader rows;

  private ParquetRows(ParquetFileReader file) {
    this.file = file;
    this.rows = file.rowReader();
  }

  /// Opens a file.
  ///
  /// @throws UnreadableParquetException it is none that can be read
  public static ParquetRows open(Path path) {
    try {
      return new ParquetRows(ParquetFileReader.open(InputFile.of(path)));
    } catch (RuntimeException | IOException e) {
      throw new UnreadableParquetException(e);
    }
  }

  /// How many rows there are.
  public long count() {
    return file.getFileMetaData().numRows();
  }

  @Override
  public boolean hasNext() {
    try {
      return rows.hasNext();
    } catch (RuntimeException e) {
      throw new UnreadableParquetException(e);
    }
  }

  @Override
  public ObjectNode next() {
    if (!hasNext()) {
      throw new NoSuchElementException();
    }
    try {
      rows.next();
      return object(rows);
    } catch (RuntimeException e) {
      throw new UnreadableParquetException(e);
    }
  }

  @Override
  public void close() {
    rows.close();
    try {
      file.close();
    } catch (IOException e) {
      throw new UnreadableParquetException(e);
    }
  }

  private static ObjectNode object(StructAccessor struct) {
    var json = StoreJson.mapper().createObjectNode();
    for (var i = 0; i < struct.getFieldCount(); i++) {
      json.set(struct.getFieldName(i), json(struct.isNull(i) ? null : struct.getValue(i)));
    }
    return json;
  }

  private static JsonNode json(@Nullable Object value) {
    var nodes = JsonNodeFactory.instance;
    return switch (value) {
      case null -> nodes.nullNode();
      case String text -> nodes.stringNode(text);
      case Boolean flag -> nodes.booleanNode(flag);
      case Integer number -> nodes.numberNode(number);
      case Long number -> nodes.numberNode(number);
      case Float number -> nodes.numberNode(number);
      case Double number -> nodes.numberNode(number);
      case byte[] bytes -> nodes.stringNode(new String(bytes, StandardCharsets.UTF_8));
      case PqStruct struct -> object(struct);
      case PqList list -> {
        var array = nodes.arrayNode();
        for (var i = 0; i < list.size(); i++) {
          array.add(json(list.isNull(i) ? null : list.get(i)));
        }
        yield array;
      }
      default -> nodes.stringNode(value.toString());
    };
  }
}
