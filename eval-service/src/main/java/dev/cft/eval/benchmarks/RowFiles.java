package dev.cft.eval.benchmarks;

import dev.cft.store.StoreJson;
import dev.cft.store.parquet.ParquetRows;
import dev.cft.store.parquet.UnreadableParquetException;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// Reads rows from `.jsonl`, `.json` (one array), `.csv` and `.parquet`.
final class RowFiles {
  private RowFiles() {}

  /// All rows in order.
  ///
  /// @throws BenchmarkException naming the lines that are malformed
  static List<ObjectNode> read(Path file) {
    var name = file.getFileName().toString().toLowerCase(Locale.ROOT);
    try {
      if (name.endsWith(".parquet")) {
        return parquet(file);
      }
      try (var in = Files.newInputStream(file)) {
        return read(name, in);
      }
    } catch (CharacterCodingException e) {
      throw malformed(name, List.of("is not UTF-8 text"));
    } catch (IOException e) {
      throw new BenchmarkException("unreadable_data", "%s: %s".formatted(name, e.getMessage()));
    }
  }

  private static List<ObjectNode> parquet(Path file) {
    try (var rows = ParquetRows.open(file)) {
      var all = new ArrayList<ObjectNode>();
      rows.forEachRemaining(all::add);
      return all;
    } catch (UnreadableParquetException e) {
      throw malformed(file.getFileName().toString(), List.of(String.valueOf(e.getMessage())));
    }
  }

  /// All rows of a text file of that name.
  static List<ObjectNode> read(String name, InputStream in) throws IOException {
    var decoder = StandardCharsets.UTF_8.newDecoder().onMalformedInput(CodingErrorAction.REPORT);
    var reader = new BufferedReader(new InputStreamReader(in, decoder));
    if (name.endsWith(".csv")) {
      return Csv.read(reader, name);
    }
    return name.endsWith(".json") ? array(reader, name) : lines(reader, name);
  }

  private static List<ObjectNode> lines(BufferedReader reader, String name) throws IOException {
    var rows = new ArrayList<ObjectNode>();
    var faults = new ArrayList<String>();
    var number = 0;
    for (var line = reader.readLine(); line != null; line = reader.readLine()) {
      number++;
      var text = number == 1 && line.startsWith("\ufeff") ? line.substring(1) : line;
      if (text.isBlank()) {
        continue;
      }
      try {
        if (StoreJson.mapper().readTree(text) instanceof ObjectNode row) {
          rows.add(row);
        } else {
          faults.add("line %d is no JSON object".formatted(number));
        }
      } catch (JacksonException e) {
        faults.add("line %d is not JSON: %s".formatted(number, e.getOriginalMessage()));
      }
    }
    if (!faults.isEmpty()) {
      throw malformed(name, faults);
    }
    return rows;
  }

  private static List<ObjectNode> array(BufferedReader reader, String name) {
    JsonNode json;
    try {
      json = StoreJson.mapper().readTree(reader);
    } catch (JacksonException e) {
      throw malformed(name, List.of("is not JSON: " + e.getOriginalMessage()));
    }
    if (!json.isArray()) {
      throw malformed(name, List.of("must be one JSON array"));
    }
    var rows = new ArrayList<ObjectNode>();
    var faults = new ArrayList<String>();
    for (var i = 0; i < json.size(); i++) {
      if (json.get(i) instanceof ObjectNode row) {
        rows.add(row);
      } else {
        faults.add("element %d is no object".formatted(i));
      }
    }
    if (!faults.isEmpty()) {
      throw malformed(name, faults);
    }
    return rows;
  }

  static BenchmarkException malformed(String name, List<String> faults) {
    return BenchmarkException.of("malformed_data", name, faults);
  }
}
