package dev.cft.critiques.critiquing;

import dev.cft.critiques.datasets.DatasetIds;
import dev.cft.critiques.prompts.VerdictRule;
import dev.cft.store.StoreJson;
import dev.cft.store.datasets.DatasetRow;
import dev.cft.store.datasets.DatasetRow.Status;
import dev.cft.store.datasets.Datasets;
import dev.cft.store.datasets.Verdict;
import dev.cft.store.jobs.JobError;
import dev.cft.store.jobs.JobFailedException;
import dev.cft.store.jobs.JobId;
import dev.cft.store.jobs.JobRun;
import dev.cft.store.jobs.LeaseLostException;
import dev.cft.store.jobs.Outcome;
import dev.cft.store.jobs.Progress;
import dev.cft.store.specs.CritiquesSpec.Reparse;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;
import tools.jackson.databind.node.ObjectNode;

/// Reads the verdicts of an earlier job's critiques again, by another rule. Nobody is asked.
@Component
class Reparsing {
  private static final int BATCH = 500;
  private static final String UNPARSED = "unparsed";

  private final Datasets datasets;

  Reparsing(Datasets datasets) {
    this.datasets = datasets;
  }

  /// The rule that a spec means.
  static VerdictRule rule(Reparse spec) {
    return spec.rule() == null
        ? VerdictRule.patterns(spec.right(), spec.wrong())
        : VerdictRule.named(spec.rule()).orElseThrow();
  }

  /// Writes the rows with their new verdicts, from wherever an earlier attempt left them.
  ///
  /// @return how to stop early; empty when all are written
  Optional<Outcome> run(JobRun run, Reparse spec, String target) {
    var source = DatasetIds.of(new JobId(spec.job()));
    var total = datasets.find(source).orElseThrow(() -> gone(source)).rows();
    run.stage("reading verdicts of " + spec.job());
    run.fenced(() -> datasets.create(target, "verdicts of " + spec.job(), lineage(spec, source)));
    var done = datasets.find(target).orElseThrow(() -> gone(target)).rows();
    var rows = datasets.iterate(source);
    for (var skipped = 0L; skipped < done && rows.hasNext(); skipped++) {
      rows.next();
    }
    var rule = rule(spec);
    while (rows.hasNext()) {
      switch (run.signal()) {
        case GO_ON -> {}
        case PAUSE -> {
          return Optional.of(new Outcome.Paused());
        }
        case SHUTDOWN, YIELD -> {
          return Optional.of(new Outcome.Released());
        }
        case LEASE_LOST -> throw new LeaseLostException(run.job().id());
      }
      var batch = batch(rows, rule);
      run.fenced(() -> {
        datasets.append(target, batch);
        return null;
      });
      done += batch.size();
      run.progress(new Progress(done, total, "rows"));
    }
    return Optional.empty();
  }

  private static List<DatasetRow> batch(Iterator<DatasetRow> rows, VerdictRule rule) {
    var batch = new ArrayList<DatasetRow>();
    while (rows.hasNext() && batch.size() < BATCH) {
      batch.add(again(rows.next(), rule));
    }
    return batch;
  }

  /// The row with the verdict that the rule reads; unchanged where there is nothing to read.
  static DatasetRow again(DatasetRow row, VerdictRule rule) {
    var text = text(row);
    if (text == null) {
      return row;
    }
    var verdict = rule.of(text);
    var isRead = verdict != Verdict.UNPARSED;
    var extra =
        row.extra() instanceof ObjectNode object
            ? object.deepCopy()
            : StoreJson.mapper().createObjectNode();
    extra.remove(CritiquedRow.REJECTED_TEXT);
    // it was paid for by the earlier job
    extra.put("cost_usd", 0.0).put("prompt_tokens", 0).put("completion_tokens", 0);
    if (!isRead) {
      extra.put(CritiquedRow.REJECTED_TEXT, text);
    }
    return new DatasetRow(
        row.seq(),
        row.question(),
        row.answer(),
        row.response(),
        isRead ? text : null,
        verdict,
        row.correct(),
        row.messages(),
        isRead ? DatasetRow.Outcome.OK : DatasetRow.Outcome.rejected(UNPARSED),
        extra);
  }

  private static @Nullable String text(DatasetRow row) {
    if (row.outcome().status() == Status.OK) {
      return row.critique();
    }
    var extra = row.extra();
    return Objects.equals(row.outcome().reason(), UNPARSED) && extra != null
        ? extra.path(CritiquedRow.REJECTED_TEXT).asString(null)
        : null;
  }

  private static ObjectNode lineage(Reparse spec, String source) {
    var lineage = StoreJson.mapper().createObjectNode();
    lineage.put("operation", "reparse").put("dataset", source);
    lineage.set("spec", StoreJson.object(spec));
    return lineage;
  }

  private static JobFailedException gone(String dataset) {
    return new JobFailedException(
        new JobError(
            "input_not_found", "The dataset %s is there no more.".formatted(dataset), "job"));
  }
}
