package dev.cft.trainer.trainingsets;

import dev.cft.store.StoreJson;
import dev.cft.store.datasets.DatasetRow;
import dev.cft.store.datasets.Datasets;
import dev.cft.store.files.StoredFiles;
import dev.cft.trainer.trainingsets.FileRows.FileRow;
import java.io.BufferedInputStream;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.Iterator;
import java.util.function.LongFunction;
import org.springframework.stereotype.Component;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.databind.JsonNode;

/// The rows behind a dataset's or file's id, one after another.
@Component
final class RowSource {
  private static final int MOST_LEADING_BLANKS = 64;

  private final Datasets datasets;
  private final StoredFiles files;

  RowSource(Datasets datasets, StoredFiles files) {
    this.datasets = datasets;
    this.files = files;
  }

  /// Takes rows; where it answers false, no more are sent.
  interface Sink {
    boolean accept(FileRow row) throws IOException;

    /// A row that cannot be read.
    boolean malformed(String place, String message);
  }

  void read(String id, Sink sink) throws IOException {
    if (id.startsWith("ds-")) {
      readDataset(id, sink);
    } else {
      readFile(id, sink);
    }
  }

  private void readDataset(String id, Sink sink) throws IOException {
    Iterator<DatasetRow> rows = datasets.iterate(id);
    while (rows.hasNext()) {
      if (!sink.accept(new FileRow.Question(rows.next()))) {
        return;
      }
    }
  }

  private void readFile(String id, Sink sink) throws IOException {
    try (var bytes = new BufferedInputStream(files.open(id))) {
      if (startsArray(bytes)) {
        readArray(bytes, sink);
      } else {
        readLines(new BufferedReader(new InputStreamReader(bytes, StandardCharsets.UTF_8)), sink);
      }
    }
  }

  /// Whether the file is one JSON array, as alpaca sets often are.
  private static boolean startsArray(BufferedInputStream bytes) throws IOException {
    bytes.mark(MOST_LEADING_BLANKS);
    int first = bytes.read();
    for (int i = 1; i < MOST_LEADING_BLANKS && Character.isWhitespace(first); i++) {
      first = bytes.read();
    }
    bytes.reset();
    return first == '[';
  }

  private static void readArray(BufferedInputStream bytes, Sink sink) throws IOException {
    long number = 0;
    try (JsonParser parser = StoreJson.mapper().createParser(bytes)) {
      parser.nextToken();
      while (parser.nextToken() != JsonToken.END_ARRAY) {
        number++;
        JsonNode row = parser.readValueAsTree();
        if (!take(place -> FileRows.read(row, place), "row " + number, number, sink)) {
          return;
        }
      }
    } catch (JacksonException broken) {
      sink.malformed("row " + (number + 1), "is not JSON: " + broken.getOriginalMessage());
    }
  }

  private static void readLines(BufferedReader reader, Sink sink) throws IOException {
    long number = 0;
    for (String line = reader.readLine(); line != null; line = reader.readLine()) {
      number++;
      String text = line;
      if (!line.isBlank()
          && !take(place -> FileRows.parse(text, place), "line " + number, number, sink)) {
        return;
      }
    }
  }

  private static boolean take(LongFunction<FileRow> parse, String where, long number, Sink sink)
      throws IOException {
    FileRow row;
    try {
      row = parse.apply(number - 1);
    } catch (MalformedRowException fault) {
      return sink.malformed(where, String.valueOf(fault.getMessage()));
    }
    return sink.accept(row);
  }
}
