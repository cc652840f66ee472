package dev.cft.critiques.critiquing;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.cft.critiques.limits.Asker;
import dev.cft.critiques.prompts.CritiquePrompt;
import dev.cft.critiques.teachers.ConfiguredTeacher;
import dev.cft.critiques.teachers.ConfiguredTeacher.Judged;
import dev.cft.critiques.teachers.TeacherException;
import dev.cft.store.datasets.DatasetRow;
import dev.cft.store.datasets.Verdict;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/// A critique as `POST /v1/critiques` answers it.
///
/// @param critique the teacher's text, also where it is rejected
/// @param verdict `right`, `wrong` or `unparsed`; null where there is no critique
/// @param status `ok`, `rejected` or, within a list, `failed`
/// @param reason why it is not ok
/// @param reused true where it was stored before and nobody was asked
record CritiqueView(
    String id,
    String object,
    long createdAt,
    String teacher,
    String model,
    String promptVersion,
    @JsonInclude(JsonInclude.Include.ALWAYS) @Nullable String critique,
    @JsonInclude(JsonInclude.Include.ALWAYS) @Nullable String verdict,
    String status,
    @Nullable String reason,
    @Nullable UsageView usage,
    @Nullable Double costUsd,
    @Nullable Long latencyMs,
    @Nullable Integer attempts,
    @Nullable Boolean reused) {
  record UsageView(long promptTokens, long completionTokens, long totalTokens) {}

  /// What `items` are answered with: a [dev.cft.service.paging.ListResponse], named for the API's
  /// description.
  record Several(
      String object,
      List<CritiqueView> data,
      @Nullable String firstId,
      @Nullable String lastId,
      boolean hasMore) {
    Several {
      data = List.copyOf(data);
    }

    static Several of(List<CritiqueView> critiques) {
      return new Several(
          "list", critiques, critiques.getFirst().id(), critiques.getLast().id(), false);
    }
  }

  /// A piece of a streamed critique.
  record Delta(String id, String object, String delta) {}

  /// Who was asked what, and when.
  record Asked(String id, long at, Commission commission, Asker asker) {
    ConfiguredTeacher teacher() {
      return commission.by().teacher();
    }

    private CritiquePrompt prompt() {
      return commission.by().prompt();
    }

    CritiqueView answered(Judged judged) {
      var usage = judged.reply().usage();
      return new CritiqueView(
          id,
          "critique",
          at,
          teacher().name(),
          teacher().model(),
          prompt().version(),
          judged.reply().text(),
          judged.verdict().name().toLowerCase(Locale.ROOT),
          judged.rejection() == null ? "ok" : "rejected",
          judged.rejection(),
          new UsageView(usage.promptTokens(), usage.completionTokens(), usage.totalTokens()),
          judged.costUsd(),
          judged.latency().toMillis(),
          judged.attempts(),
          null);
    }

    /// The answer that was stored before.
    CritiqueView reused(DatasetRow row) {
      var verdict = row.verdict() == null ? Verdict.UNPARSED : row.verdict();
      return new CritiqueView(
          id,
          "critique",
          at,
          teacher().name(),
          teacher().model(),
          prompt().version(),
          row.critique(),
          verdict.wireName(),
          "ok",
          null,
          new UsageView(0, 0, 0),
          0.0,
          null,
          0,
          true);
    }

    CritiqueView failed(TeacherException failure) {
      return failed(failure.code() + ": " + failure.getMessage());
    }

    CritiqueView failed(String reason) {
      return new CritiqueView(
          id,
          "critique",
          at,
          teacher().name(),
          teacher().model(),
          prompt().version(),
          null,
          null,
          "failed",
          reason,
          null,
          null,
          null,
          null,
          null);
    }
  }
}
