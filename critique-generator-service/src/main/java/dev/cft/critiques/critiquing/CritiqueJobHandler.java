package dev.cft.critiques.critiquing;

import dev.cft.critiques.datasets.DatasetIds;
import dev.cft.critiques.jobs.Input;
import dev.cft.critiques.jobs.Inputs;
import dev.cft.critiques.prompts.CritiquePrompt;
import dev.cft.critiques.prompts.Prompts;
import dev.cft.critiques.teachers.ConfiguredTeacher;
import dev.cft.critiques.teachers.TeacherUsages;
import dev.cft.critiques.teachers.Teachers;
import dev.cft.store.StoreJson;
import dev.cft.store.datasets.Dataset;
import dev.cft.store.datasets.DatasetRow;
import dev.cft.store.datasets.DatasetRow.Status;
import dev.cft.store.datasets.Datasets;
import dev.cft.store.jobs.JobError;
import dev.cft.store.jobs.JobEvent.Level;
import dev.cft.store.jobs.JobFailedException;
import dev.cft.store.jobs.JobHandler;
import dev.cft.store.jobs.JobId;
import dev.cft.store.jobs.JobKind;
import dev.cft.store.jobs.JobRun;
import dev.cft.store.jobs.Outcome;
import dev.cft.store.specs.CritiquesSpec;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import org.springframework.stereotype.Component;
import tools.jackson.databind.JsonNode;

/// Does critique jobs: a dataset's rows through a teacher into a new dataset.
///
/// The dataset's id follows from the job's, and a row is written once: an attempt goes on where the
/// last one stopped.
@Component
class CritiqueJobHandler implements JobHandler {
  /// Metadata of a job that does an earlier job's failed and missing rows again.
  static final String RETRY_OF = "retry_of";

  private static final int COPY_BATCH = 500;

  private final Datasets datasets;
  private final Inputs inputs;
  private final Teachers teachers;
  private final Prompts prompts;
  private final TeacherUsages usages;
  private final InstantSource clock;

  CritiqueJobHandler(
      Datasets datasets,
      Inputs inputs,
      Teachers teachers,
      Prompts prompts,
      TeacherUsages usages,
      InstantSource clock) {
    this.datasets = datasets;
    this.inputs = inputs;
    this.teachers = teachers;
    this.prompts = prompts;
    this.usages = usages;
    this.clock = clock;
  }

  @Override
  public JobKind kind() {
    return JobKind.CRITIQUES;
  }

  @Override
  public Outcome run(JobRun run) throws InterruptedException {
    var task = task(run);
    run.stage("reading rows");
    var input = inputs.open(task.spec().input());
    run.fenced(() ->
        datasets.create(
            task.dataset(), "critiques of " + task.spec().input(), lineage(task, input)));
    if (isComplete(task.dataset())) {
      return conclude(run, task.dataset(), count(task.dataset()), OptionalLong.empty());
    }
    var tally = resume(run, task.dataset());
    var out = new RowsOut(run, task.teacher().name(), tally, usages, clock);
    var stop =
        new CritiqueRun(run, task, tally, out, clock)
            .go(input, batch -> datasets.append(task.dataset(), batch));
    return switch (stop) {
      case Stop.Done _ -> finish(run, task.dataset(), tally, OptionalLong.empty());
      case Stop.OutOfBudget(long left) -> finish(run, task.dataset(), tally, OptionalLong.of(left));
      case Stop.Early(Outcome outcome) -> outcome;
    };
  }

  private CritiqueTask task(JobRun run) {
    var spec = StoreJson.read(run.job().spec(), CritiquesSpec.class);
    var teacher =
        teachers
            .find(spec.teacher())
            .orElseThrow(() -> gone("teacher", spec.teacher(), teachers.names()));
    return new CritiqueTask(
        run.job().id(), spec, teacher, prompt(spec, teacher), DatasetIds.of(run.job().id()));
  }

  private CritiquePrompt prompt(CritiquesSpec spec, ConfiguredTeacher teacher) {
    var version =
        spec.promptVersion() == null ? teacher.settings().promptVersion() : spec.promptVersion();
    return prompts.find(version).orElseThrow(() -> gone("prompt", version, prompts.versions()));
  }

  private static JobFailedException gone(String what, String name, List<String> known) {
    return new JobFailedException(
        new JobError(
            what + "_not_found",
            "There is no %s '%s' any more; there are %s.".formatted(what, name, known),
            what));
  }

  private static JsonNode lineage(CritiqueTask task, Input input) {
    var lineage = StoreJson.mapper().createObjectNode();
    lineage.put("operation", "critiques").put("job", task.job().value());
    lineage.set("input", input.lineage());
    lineage.put("teacher", task.teacher().name()).put("model", task.teacher().model());
    lineage.put("prompt_version", task.prompt().version());
    lineage.set("spec", StoreJson.object(task.spec()));
    return lineage;
  }

  private boolean isComplete(String dataset) {
    return datasets.find(dataset).filter(Dataset::complete).isPresent();
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
    datasets.iterate(dataset).forEachRemaining(tally::add);
    return tally;
  }

  private void copyGood(JobRun run, String from, String to) {
    if (datasets.find(from).isEmpty()) {
      return;
    }
    var rows = datasets.iterate(from);
    var batch = new ArrayList<DatasetRow>();
    while (rows.hasNext()) {
      var row = rows.next();
      if (row.outcome().status() != Status.FAILED) {
        batch.add(row);
      }
      if (batch.size() == COPY_BATCH || !rows.hasNext()) {
        var full = List.copyOf(batch);
        run.fenced(() -> {
          datasets.append(to, full);
          return null;
        });
        batch.clear();
      }
    }
  }

  private Outcome finish(JobRun run, String dataset, Tally tally, OptionalLong rowsLeft) {
    run.stage("hashing");
    run.fenced(() -> datasets.complete(dataset));
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
