package dev.cft.critiques.exports;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/// The forms in which a dataset can be taken away.
enum ExportFormat {
  /// Every row with all its fields.
  JSONL("jsonl", "application/jsonl"),
  /// `{"messages": […]}`, a line each.
  CHAT("jsonl", "application/jsonl"),
  /// `{"instruction", "input", "output"}`, a line each.
  ALPACA("jsonl", "application/jsonl"),
  /// The same as one array.
  ALPACA_JSON("json", "application/json"),
  /// Every row, or the training rows' `prompt` and `completion`.
  PARQUET("parquet", "application/vnd.apache.parquet");

  private final String suffix;
  private final String type;

  ExportFormat(String suffix, String type) {
    this.suffix = suffix;
    this.type = type;
  }

  String suffix() {
    return suffix;
  }

  String type() {
    return type;
  }

  String wireName() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  static Optional<ExportFormat> of(String name) {
    return Arrays.stream(values()).filter(format -> format.wireName().equals(name)).findFirst();
  }

  static List<String> names() {
    return Arrays.stream(values()).map(ExportFormat::wireName).toList();
  }
}
