package dev.cft.eval.reports;

import dev.cft.eval.reports.Report.CritiquesPart;
import dev.cft.eval.reports.Report.DataPart;
import dev.cft.eval.reports.Report.ResponsesPart;
import dev.cft.store.jobs.Job;
import dev.cft.store.jobs.JobKind;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/// What a seed's arms were trained on, from the results of its responses and critiques jobs.
final class DataParts {
  private DataParts() {}

  static DataPart of(List<Job> parts, Long seed) {
    return new DataPart(
        seed,
        one(parts, JobKind.RESPONSES, seed).map(DataParts::responses).orElse(null),
        one(parts, JobKind.CRITIQUES, seed).map(DataParts::critiques).orElse(null));
  }

  private static Optional<Job> one(List<Job> parts, JobKind kind, Long seed) {
    return parts.stream()
        .filter(job -> job.kind() == kind && Objects.equals(Reports.seed(job), seed))
        .findFirst();
  }

  private static ResponsesPart responses(Job job) {
    var result = Reports.result(job);
    var rows = Reports.whole(result, "rows");
    var right = Reports.whole(result, "correct");
    var share = rows == null || rows == 0 || right == null ? null : (double) right / rows;
    return new ResponsesPart(job.id().value(), job.status().wireName(), rows, right, share);
  }

  private static CritiquesPart critiques(Job job) {
    var result = Reports.result(job);
    return new CritiquesPart(
        job.id().value(),
        job.status().wireName(),
        Reports.whole(result, "right"),
        Reports.whole(result, "wrong"),
        Reports.whole(result, "unparsed"),
        Reports.whole(result, "rejected"),
        Reports.whole(result, "failed"),
        Reports.real(result, "agreement"),
        Reports.real(result, "cost_usd"));
  }
}
