package dev.cft.critiques.datasets;

import dev.cft.store.datasets.Dataset;
import dev.cft.store.datasets.DatasetRow;
import dev.cft.store.datasets.DatasetRow.Message;
import dev.cft.store.jobs.Job;
import dev.cft.store.jobs.JobError;
import dev.cft.store.jobs.JobState;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/// Datasets and rows as the API shows them.
public final class DatasetViews {
  private DatasetViews() {}

  /// A dataset.
  ///
  /// @param status `ready`; `writing` while rows are added or will be; `failed` or `cancelled`
  ///   where its job ended so
  /// @param lineage null before anything is written
  /// @param job that makes it, where one does
  /// @param error of a failed job
  public record DatasetView(
      String id,
      String object,
      String name,
      long rows,
      String status,
      @Nullable String hash,
      @Nullable JsonNode lineage,
      @Nullable String job,
      @Nullable JobError error,
      long createdAt) {
    public static DatasetView of(Dataset dataset) {
      var job = dataset.lineage().path("job").asString("");
      return new DatasetView(
          dataset.id(),
          "dataset",
          dataset.name(),
          dataset.rows(),
          dataset.complete() ? "ready" : "writing",
          dataset.hash(),
          dataset.lineage(),
          job.isEmpty() ? null : job,
          null,
          dataset.createdAt().getEpochSecond());
    }

    /// A dataset of which there is only the job that will make it, or could not.
    public static DatasetView pending(Job job) {
      return new DatasetView(
              DatasetIds.of(job.id()),
              "dataset",
              job.spec().path("name").asString(""),
              0,
              "writing",
              null,
              null,
              job.id().value(),
              null,
              job.createdAt().getEpochSecond())
          .after(job);
    }

    /// The same, by how its job ended.
    DatasetView after(Job maker) {
      return switch (maker.state()) {
        case JobState.Failed failed -> ended("failed", failed.error());
        case JobState.Cancelled _ -> ended("cancelled", null);
        default -> this;
      };
    }

    private DatasetView ended(String how, @Nullable JobError why) {
      return new DatasetView(id, object, name, rows, how, hash, lineage, job, why, createdAt);
    }
  }

  /// A row as it is browsed.
  ///
  /// @param status `ok`, `rejected` or `failed`
  /// @param reason why it is not ok
  public record RowView(
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
    public static RowView of(DatasetRow row) {
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
  /// @param characters lengths of each field
  /// @param bySubject rows by the extra field `subject`, the most frequent first
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
      Map<String, Double> meanCharacters,
      Map<String, LengthsView> characters,
      Map<String, Long> bySubject) {}

  /// Lengths of a field in characters, over the rows that have it.
  record LengthsView(long rows, double mean, int shortest, int longest, List<Bar> histogram) {}

  /// Rows whose length is in a range, both ends included.
  record Bar(int from, int to, long rows) {}

  /// What a deletion answers.
  record Deleted(String id, String object, boolean deleted) {}
}
