package dev.cft.critiques.datasets;

import dev.cft.store.datasets.Dataset;
import dev.cft.store.datasets.DatasetRow;
import dev.cft.store.datasets.DatasetRow.Message;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/// Datasets and rows as the API shows them.
final class DatasetViews {
  private DatasetViews() {}

  /// @param status `ready`, or `writing` while a job or an import adds rows
  record DatasetView(
      String id,
      String object,
      String name,
      long rows,
      String status,
      @Nullable String hash,
      JsonNode lineage,
      long createdAt) {
    static DatasetView of(Dataset dataset) {
      return new DatasetView(
          dataset.id(),
          "dataset",
          dataset.name(),
          dataset.rows(),
          dataset.complete() ? "ready" : "writing",
          dataset.hash(),
          dataset.lineage(),
          dataset.createdAt().getEpochSecond());
    }
  }

  /// @param status `ok`, `rejected` or `failed`
  /// @param reason why it is not ok
  record RowView(
      String id,
      String object,
      long seq,
      @Nullable String question,
      @Nullable String answer,
      @Nullable String response,
      @Nullable String critique,
      @Nullable String verdict,
      @Nullable Boolean correct,
      @Nullable List<Message> messages,
      String status,
      @Nullable String reason,
      @Nullable JsonNode extra) {
    static RowView of(DatasetRow row) {
      var verdict = row.verdict();
      return new RowView(
          Long.toString(row.seq()),
          "dataset.row",
          row.seq(),
          row.question(),
          row.answer(),
          row.response(),
          row.critique(),
          verdict == null ? null : verdict.wireName(),
          row.correct(),
          row.messages(),
          row.outcome().status().name().toLowerCase(Locale.ROOT),
          row.outcome().reason(),
          row.extra());
    }
  }

  /// Counts over all rows.
  ///
  /// @param agreement rows whose verdict equals the label, as a part of those that have both
  /// @param meanCharacters of each field, over the rows that have it
  record StatisticsView(
      String object,
      long rows,
      Map<String, Long> byStatus,
      Map<String, Long> byReason,
      Map<String, Long> byVerdict,
      long responsesRight,
      long responsesWrong,
      long verdictsCompared,
      @Nullable Double agreement,
      Map<String, Double> meanCharacters) {}

  /// What a deletion answers.
  record Deleted(String id, String object, boolean deleted) {}
}
