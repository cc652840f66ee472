package dev.cft.eval.benchmarks;

import dev.cft.store.StoreJson;
import java.io.IOException;
import java.io.Reader;
import java.util.ArrayList;
import java.util.List;
import tools.jackson.databind.node.ObjectNode;

/// Comma-separated values as RFC 4180 has them, the first record being the header.
final class Csv {
  private final Reader reader;
  private int next;

  private Csv(Reader reader) throws IOException {
    this.reader = reader;
    this.next = reader.read();
    if (next == '\ufeff') {
      next = reader.read();
    }
  }

  static List<ObjectNode> read(Reader reader, String name) throws IOException {
    var csv = new Csv(reader);
    var header = csv.record();
    var rows = new ArrayList<ObjectNode>();
    var faults = new ArrayList<String>();
    for (var number = 2; csv.next >= 0; number++) {
      var values = csv.record();
      if (values.equals(List.of(""))) {
        continue;
      }
      if (values.size() != header.size()) {
        faults.add(
            "record %d has %d fields, the header %d"
                .formatted(number, values.size(), header.size()));
        continue;
      }
      var row = StoreJson.mapper().createObjectNode();
      for (var i = 0; i < values.size(); i++) {
        row.put(header.get(i), values.get(i));
      }
      rows.add(row);
    }
    if (!faults.isEmpty()) {
      throw RowFiles.malformed(name, faults);
    }
    return rows;
  }

  private List<String> record() throws IOException {
    var values = new ArrayList<String>();
    while (true) {
      values.add(next == '"' ? quoted() : plain());
      if (next != ',') {
        break;
      }
      next = reader.read();
    }
    if (next == '\r') {
      next = reader.read();
    }
    if (next == '\n') {
      next = reader.read();
    }
    return values;
  }

  private String plain() throws IOException {
    var text = new StringBuilder();
    while (next >= 0 && next != ',' && next != '\r' && next != '\n') {
      text.append((char) next);
      next = reader.read();
    }
    return text.toString();
  }

  /// A doubled quote stands for one.
  private String quoted() throws IOException {
    var text = new StringBuilder();
    next = reader.read();
    while (next >= 0) {
      if (next == '"') {
        next = reader.read();
        if (next != '"') {
          return text + plain();
        }
      }
      text.append((char) next);
      next = reader.read();
    }
    return text.toString();
  }
}
