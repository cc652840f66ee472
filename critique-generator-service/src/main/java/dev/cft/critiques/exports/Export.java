package dev.cft.critiques.exports;

import dev.cft.critiques.datasets.DatasetViews.RowView;
import dev.cft.critiques.operations.TrainingForm;
import dev.cft.store.StoreJson;
import dev.cft.store.datasets.DatasetRow;
import dev.cft.store.parquet.ParquetColumn;
import dev.cft.store.parquet.ParquetFile;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Writes rows in a format, one in memory at a time.
///
/// @param form which training rows; null for each row's own
record Export(ExportFormat format, @Nullable TrainingForm form) {
  private static final List<String> TEXTS =
      List.of("question", "answer", "response", "critique", "verdict", "status", "reason");

  void write(Iterator<DatasetRow> rows, OutputStream target) throws IOException {
    var out = new BufferedOutputStream(target, 1 << 16);
    switch (format) {
      case JSONL, CHAT, ALPACA -> lines(rows, out);
      case ALPACA_JSON -> array(rows, out);
      case PARQUET -> parquet(rows, out);
    }
    out.flush();
  }

  private void lines(Iterator<DatasetRow> rows, OutputStream out) throws IOException {
    while (rows.hasNext()) {
      var line = line(rows.next());
      if (line.isPresent()) {
        out.write(json(line.get()));
        out.write('\n');
      }
    }
  }

  private void array(Iterator<DatasetRow> rows, OutputStream out) throws IOException {
    var before = "[\n";
    while (rows.hasNext()) {
      var line = line(rows.next());
      if (line.isPresent()) {
        out.write(before.getBytes(StandardCharsets.UTF_8));
        out.write(json(line.get()));
        before = ",\n";
      }
    }
    out.write((before.startsWith("[") ? "[]\n" : "\n]\n").getBytes(StandardCharsets.UTF_8));
  }

  private static byte[] json(Object line) {
    return StoreJson.mapper().writeValueAsBytes(line);
  }

  private Optional<?> line(DatasetRow row) {
    var training = new TrainingRows(form);
    return switch (format) {
      case CHAT -> training.conversation(row).map(messages -> Map.of("messages", messages));
      case ALPACA, ALPACA_JSON -> training.example(row);
      case JSONL, PARQUET -> Optional.of(RowView.of(row));
    };
  }

  private void parquet(Iterator<DatasetRow> rows, OutputStream out) throws IOException {
    try (var file = new ParquetFile(out, form == null ? allColumns() : trainingColumns())) {
      while (rows.hasNext()) {
        var row = rows.next();
        if (form == null) {
          file.add(all(row));
        } else {
          var messages = form.example(row, null).map(TrainingForm.Example::messages);
          if (messages.isPresent()) {
            file.add(
                List.of(messages.get().getFirst().content(), messages.get().getLast().content()));
          }
        }
      }
    }
  }

  private static Map<String, ParquetColumn.Type> trainingColumns() {
    var columns = new LinkedHashMap<String, ParquetColumn.Type>();
    columns.put("prompt", ParquetColumn.Type.TEXT);
    columns.put("completion", ParquetColumn.Type.TEXT);
    return columns;
  }

  private static Map<String, ParquetColumn.Type> allColumns() {
    var columns = new LinkedHashMap<String, ParquetColumn.Type>();
    columns.put("seq", ParquetColumn.Type.INT64);
    TEXTS.forEach(name -> columns.put(name, ParquetColumn.Type.TEXT));
    columns.put("correct", ParquetColumn.Type.TEXT);
    columns.put("messages_json", ParquetColumn.Type.TEXT);
    columns.put("extra_json", ParquetColumn.Type.TEXT);
    return columns;
  }

  private static List<@Nullable Object> all(DatasetRow row) {
    var verdict = row.verdict();
    var correct = row.correct();
    return Arrays.asList(
        row.seq(),
        row.question(),
        row.answer(),
        row.response(),
        row.critique(),
        verdict == null ? null : verdict.wireName(),
        row.outcome().status().name().toLowerCase(Locale.ROOT),
        row.outcome().reason(),
        correct == null ? null : correct.toString(),
        text(row.messages()),
        text(row.extra()));
  }

  private static @Nullable String text(@Nullable Object json) {
    return json == null ? null : StoreJson.mapper().writeValueAsString(json);
  }
}
