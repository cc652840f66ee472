package dev.cft.eval.benchmarks;

import dev.cft.store.StoreJson;
import dev.hardwood.InputFile;
import dev.hardwood.reader.ParquetFileReader;
import dev.hardwood.row.PqList;
import dev.hardwood.row.PqStruct;
import dev.hardwood.row.StructAccessor;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/// Rows of a Parquet file as JSON.
final class ParquetRows {
  private ParquetRows() {}

  static List<ObjectNode> read(Path file) throws IOException {
    try (var reader = ParquetFileReader.open(InputFile.of(file));
        var rows = reader.rowReader()) {
      var all = new ArrayList<ObjectNode>();
      while (rows.hasNext()) {
        rows.next();
        all.add(object(rows));
      }
      return all;
    } catch (RuntimeException e) {
      throw RowFiles.malformed(
          file.getFileName().toString(), List.of("is no Parquet that can be read: " + e));
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
