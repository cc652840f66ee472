package dev.cft.critiques.jobs;

import dev.cft.critiques.datasets.DatasetIds;
import dev.cft.critiques.rows.FieldMapping;
import dev.cft.critiques.rows.ParsedRows;
import dev.cft.critiques.rows.RowFormatException;
import dev.cft.critiques.rows.RowLimits;
import dev.cft.service.errors.ApiException;
import dev.cft.store.StoreJson;
import dev.cft.store.datasets.Dataset;
import dev.cft.store.datasets.DatasetRow;
import dev.cft.store.datasets.Datasets;
import dev.cft.store.files.StoredFile;
import dev.cft.store.files.StoredFiles;
import dev.cft.store.jobs.JobError;
import dev.cft.store.jobs.JobFailedException;
import dev.cft.store.jobs.JobId;
import dev.cft.store.jobs.JobKind;
import dev.cft.store.jobs.JobState;
import dev.cft.store.jobs.Jobs;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.springframework.stereotype.Component;

/// Resolves `input`: a dataset, a file, or a job that makes a dataset.
@Component
public class Inputs {
  private static final String PARAM = "input";

  private final Datasets datasets;
  private final StoredFiles files;
  private final Jobs jobs;
  private final RowLimits limits;

  Inputs(Datasets datasets, StoredFiles files, Jobs jobs, RowLimits limits) {
    this.datasets = datasets;
    this.files = files;
    this.jobs = jobs;
    this.limits = limits;
  }

  /// Checks an input when a job is asked for.
  ///
  /// @return the jobs that must finish first
  /// @throws ApiException there is no such thing, or it cannot be used
  public List<JobId> check(String input) {
    if (DatasetIds.isOne(input)) {
      var dataset = datasets.find(input).orElseThrow(() -> ApiException.notFound("dataset", input));
      if (!dataset.complete()) {
        throw ApiException.unprocessable(
            "dataset_not_ready",
            "The dataset %s is still being written; name the job that writes it instead."
                .formatted(input),
            PARAM);
      }
      return List.of();
    }
    if (input.startsWith("file-")) {
      if (files.find(input).isEmpty()) {
        throw ApiException.notFound("file", input);
      }
      return List.of();
    }
    return List.of(checkJob(input));
  }

  private JobId checkJob(String input) {
    var kind = JobId.kindOf(input);
    if (kind.filter(JobKind::makesDataset).isEmpty()) {
      throw ApiException.badRequest(
          "invalid_input",
          "input must be a dataset (ds-…), a file (file-…) or a job that makes a dataset (dsjob-…, rsjob-…, crjob-…), got '%s'."
              .formatted(input),
          PARAM);
    }
    var id = new JobId(input);
    if (jobs.find(id).isEmpty()) {
      throw ApiException.notFound("job", input);
    }
    return id;
  }

  /// Whether what such a job makes can be opened.
  public boolean hasSucceeded(JobId id) {
    return jobs.find(id).filter(job -> job.state() instanceof JobState.Succeeded).isPresent();
  }

  /// Opens an input when the job runs.
  ///
  /// @throws JobFailedException it is gone or malformed
  public Input open(String input) {
    if (DatasetIds.isOne(input)) {
      return datasets.find(input).map(this::of).orElseThrow(() -> gone(input));
    }
    if (input.startsWith("file-")) {
      return files.find(input).map(this::of).orElseThrow(() -> gone(input));
    }
    var made =
        jobs.find(new JobId(input))
            .map(job ->
                job.state() instanceof JobState.Succeeded done
                    ? done.result().path("dataset").asString("")
                    : "")
            .orElse("");
    return datasets.find(made).map(this::of).orElseThrow(() -> gone(input));
  }

  private static JobFailedException gone(String input) {
    return new JobFailedException(
        new JobError("input_not_found", "The input %s is there no more.".formatted(input), PARAM));
  }

  private Input of(Dataset dataset) {
    var lineage = Map.of("dataset", dataset.id(), "hash", String.valueOf(dataset.hash()));
    return new Input(
        StoreJson.object(lineage), dataset.rows(), seq -> datasets.iterateAfter(dataset.id(), seq));
  }

  private Input of(StoredFile file) {
    var lineage = Map.of("file", file.id(), "sha256", file.sha256());
    return new Input(StoreJson.object(lineage), count(file), seq -> after(seq, parsed(file)));
  }

  private long count(StoredFile file) {
    var rows = parsed(file);
    var count = 0L;
    while (rows.hasNext()) {
      rows.next();
      count++;
    }
    return count;
  }

  private Iterator<DatasetRow> parsed(StoredFile file) {
    return new ParsedRows(
        files.open(file.id()), FieldMapping.NONE, limits, fault -> malformed(file, fault));
  }

  /// A file has no index: what comes before is read and left out.
  private static Iterator<DatasetRow> after(long seq, Iterator<DatasetRow> rows) {
    return seq < 0
        ? rows
        : Stream.generate(() -> rows)
            .takeWhile(Iterator::hasNext)
            .map(Iterator::next)
            .filter(row -> row.seq() > seq)
            .iterator();
  }

  private static JobFailedException malformed(StoredFile file, RowFormatException e) {
    return new JobFailedException(
        new JobError("invalid_rows", "%s: %s".formatted(file.filename(), e.getMessage()), PARAM));
  }
}
