package dev.cft.eval.exports;

import dev.cft.eval.runs.RunExport;
import dev.cft.store.StoreJson;
import dev.cft.store.parquet.ParquetColumn;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// The columns of an exported run.
final class ExportedColumns {
  static final Map<String, ParquetColumn.Type> SCHEMA = schema();

  private ExportedColumns() {}

  private static Map<String, ParquetColumn.Type> schema() {
    var schema = new LinkedHashMap<String, ParquetColumn.Type>();
    schema.put("item", ParquetColumn.Type.INT64);
    schema.put("sample", ParquetColumn.Type.INT64);
    schema.put("status", ParquetColumn.Type.TEXT);
    schema.put("score", ParquetColumn.Type.DOUBLE);
    schema.put("verdict", ParquetColumn.Type.TEXT);
    schema.put("answer", ParquetColumn.Type.TEXT);
    schema.put("output", ParquetColumn.Type.TEXT);
    schema.put("finish_reason", ParquetColumn.Type.TEXT);
    schema.put("prompt_tokens", ParquetColumn.Type.INT64);
    schema.put("completion_tokens", ParquetColumn.Type.INT64);
    schema.put("model", ParquetColumn.Type.TEXT);
    schema.put("error", ParquetColumn.Type.TEXT);
    schema.put("item_json", ParquetColumn.Type.TEXT);
    schema.put("input_json", ParquetColumn.Type.TEXT);
    schema.put("results_json", ParquetColumn.Type.TEXT);
    return Collections.unmodifiableMap(schema);
  }

  static List<@Nullable Object> values(RunExport.Row row) {
    var output = row.output();
    var sample = output.sample();
    var first = output.results().isEmpty() ? null : output.results().getFirst();
    return Arrays.asList(
        output.itemSeq(),
        (long) output.sampleNo(),
        output.status().wireName(),
        output.score(),
        first == null ? null : first.verdict(),
        first == null ? null : first.answer(),
        sample.answer().text(),
        sample.finishReason(),
        (long) sample.usage().promptTokens(),
        (long) sample.usage().completionTokens(),
        sample.model(),
        sample.error() == null ? null : sample.error().code(),
        row.item() == null ? null : row.item().toString(),
        StoreJson.mapper().writeValueAsString(sample.input()),
        StoreJson.mapper().writeValueAsString(output.results()));
  }
}
