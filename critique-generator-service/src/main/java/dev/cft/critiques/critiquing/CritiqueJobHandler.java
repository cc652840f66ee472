package dev.cft.critiques.critiquing;

import dev.cft.critiques.datasets.DatasetIds;
import dev.cft.critiques.jobs.Input;
import dev.cft.critiques.jobs.Inputs;
import dev.cft.store.StoreJson;
import dev.cft.store.datasets.Dataset;
import dev.cft.store.datasets.DatasetRow;
import dev.cft.store.datasets.DatasetRow.Status;
import dev.cft.store.jobs.JobError;
import dev.cft.store.jobs.JobEvent.Level;
import dev.cft.store.jobs.JobHandler;
import dev.cft.store.jobs.JobId;
import dev.cft.store.jobs.JobKind;
import dev.cft.store.jobs.JobRun;
import dev.cft.store.jobs.Outcome;
import dev.cft.store.jobs.Progress;
import dev.cft.store.specs.CritiquesSpec;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import org.springframework.stereotype.Component;
import tools.jackson.databind.JsonNode;

/// Does critique jobs: a dataset's rows through teachers into a new dataset.
///
/// The dataset's id follows from the job's, and a row is written once: an attempt goes on where the
/// last one stopped.
@Component
class CritiqueJobHandler implements JobHandler {
  /// Metadata of a job that does an earlier job's failed and missing rows again.
  static final String RETRY_OF = "retry_of";

  private static final int COPY_BATCH = 500;

  private final CritiqueStores stores;
  private final Inputs inputs;
  private final CritiqueTasks tasks;
  private final Reparsing reparsing;
  private final InstantSource clock;

  CritiqueJobHandler(
      CritiqueStores stores,
      Inputs inputs,
      CritiqueTasks tasks,
      Reparsing reparsing,
      InstantSource clock) {
    this.stores = stores;
    this.inputs = inputs;
    this.tasks = tasks;
    this.reparsing = reparsing;
    this.clock = clock;
  }

  @Override
  public JobKind kind() {
    return JobKind.CRITIQUES;
  }

  @Override
  public Outcome run(JobRun run) throws InterruptedException {
    var spec = StoreJson.read(run.job().spec(), CritiquesSpec.class);
    var dataset = DatasetIds.of(run.job().id());
    if (spec.reparse() != null) {
      var early = reparsing.run(run, spec.reparse(), dataset);
      return early.isPresent()
          ? early.get()
          : finish(run, dataset, count(dataset), OptionalLong.empty());
    }
    var task = tasks.of(run.job(), spec);
    run.stage("reading rows");
    var input = inputs.open(spec.input());
    run.fenced(() ->
        stores.datasets().create(dataset, "critiques of " + spec.input(), lineage(task, input)));
    if (isComplete(dataset)) {
      return conclude(run, dataset, count(dataset), OptionalLong.empty());
    }
    var tally = resume(run, dataset);
    var stop = ask(run, task, input, tally);
    return switch (stop) {
      case Stop.Done _ -> finish(run, dataset, tally, OptionalLong.empty());
      case Stop.OutOfBudget(long left) -> finish(run, dataset, tally, OptionalLong.of(left));
      case Stop.Early(Outcome outcome) -> outcome;
    };
  }

  private Stop ask(JobRun run, CritiqueTask task, Input input, Tally tally)
      throws InterruptedException {
    var limit = task.spec().limit();
    var rows = limit == null ? input.total() : Math.min(input.total(), limit);
    var total = rows * task.perRow();
    run.progress(new Progress(tally.rows(), total, "rows"));
    var out = new RowsOut(run, task, tally, stores, clock);
    out.begin(total);
    if (task.isBatch()) {
      return new BatchRun(run, task, out, stores, input, tally).go();
    }
    return new CritiqueRun(run, task, tally, out, clock)
        .go(new Commissions(input.rows(), rows, task, tally.seqs(), stores.critiques()));
  }

  private static JsonNode lineage(CritiqueTask task, Input input) {
    var lineage = StoreJson.mapper().createObjectNode();
    lineage.put("operation", "critiques").put("job", task.job().value());
    lineage.set("input", input.lineage());
    var teachers = lineage.putArray("teachers");
    for (var each : task.teachers()) {
      teachers
          .addObject()
          .put("teacher", each.teacher().name())
          .put("model", each.teacher().model())
          .put("prompt_version", each.prompt().version());
    }
    lineage.set("spec", StoreJson.object(task.spec()));
    return lineage;
  }

  private boolean isComplete(String dataset) {
    return stores.datasets().find(dataset).filter(Dataset::complete).isPresent();
  }

  /// Counts what earlier attempts wrote, after copying what an earlier job wrote.
  private Tally resume(JobRun run, String dataset) {
    var earlier = run.job().metadata().get(RETRY_OF);
    if (earlier != null) {
      copyGood(run, DatasetIds.of(new JobId(earlier)), dataset);
    }
    var tally = count(dataset);
    if (tally.rows() > 0) {
      run.event(Level.INFO, "Going on after %d rows".formatted(tally.rows()), null);
    }
    return tally;
  }

  private Tally count(String dataset) {
    var tally = new Tally();
    stores.datasets().iterate(dataset).forEachRemaining(tally::add);
    return tally;
  }

  private void copyGood(JobRun run, String from, String to) {
    if (stores.datasets().find(from).isEmpty()) {
      return;
    }
    var rows = stores.datasets().iterate(from);
    var batch = new ArrayList<DatasetRow>();
    while (rows.hasNext()) {
      var row = rows.next();
      if (row.outcome().status() != Status.FAILED) {
        batch.add(row);
      }
      if (batch.size() == COPY_BATCH || !rows.hasNext()) {
        var full = List.copyOf(batch);
        run.fenced(() -> {
          stores.datasets().append(to, full);
          return null;
        });
        batch.clear();
      }
    }
  }

  private Outcome finish(JobRun run, String dataset, Tally tally, OptionalLong rowsLeft) {
    run.stage("hashing");
    run.fenced(() -> stores.datasets().complete(dataset));
    return conclude(run, dataset, tally, rowsLeft);
  }

  private static Outcome conclude(JobRun run, String dataset, Tally tally, OptionalLong rowsLeft) {
    if (tally.rows() > 0 && tally.failed() == tally.rows()) {
      return new Outcome.Failed(
          new JobError(
              "all_rows_failed",
              "None of the %d rows got a critique; the reason of each is in the dataset %s."
                  .formatted(tally.rows(), dataset),
              null));
    }
    var result = tally.result(dataset);
    rowsLeft.ifPresent(left -> result.put("stopped", "budget_exhausted").put("rows_left", left));
    run.event(Level.INFO, "Done: " + summary(tally), null);
    return new Outcome.Succeeded(result);
  }

  private static String summary(Tally tally) {
    var agreement = tally.agreement();
    return "%d rows, %d failed, %.4f USD%s"
        .formatted(
            tally.rows(),
            tally.failed(),
            tally.costUsd(),
            agreement == null ? "" : ", agreement with labels %.1f %%".formatted(100 * agreement));
  }
}
