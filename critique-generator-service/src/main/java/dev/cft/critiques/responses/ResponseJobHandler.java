package dev.cft.critiques.responses;

import dev.cft.critiques.datasets.DatasetIds;
import dev.cft.critiques.jobs.Input;
import dev.cft.critiques.jobs.Inputs;
import dev.cft.critiques.responses.RemoteResponses.Stores;
import dev.cft.critiques.teachers.ConfiguredTeacher;
import dev.cft.critiques.teachers.TeacherUsages;
import dev.cft.lm.CheckpointException;
import dev.cft.store.StoreJson;
import dev.cft.store.datasets.Dataset;
import dev.cft.store.datasets.Datasets;
import dev.cft.store.jobs.JobError;
import dev.cft.store.jobs.JobEvent.Level;
import dev.cft.store.jobs.JobFailedException;
import dev.cft.store.jobs.JobHandler;
import dev.cft.store.jobs.JobKind;
import dev.cft.store.jobs.JobRun;
import dev.cft.store.jobs.Outcome;
import dev.cft.store.models.StoredModel;
import dev.cft.store.specs.ResponsesSpec;
import java.time.InstantSource;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;
import tools.jackson.databind.JsonNode;

/// Does response jobs: n samples of a model for each question, into a new dataset.
///
/// The dataset's id follows from the job's, a row's seed from the job's and its `seq`: an attempt
/// goes on where the last one stopped and makes the rows that it would have made.
@Component
class ResponseJobHandler implements JobHandler {
  private final Datasets datasets;
  private final Inputs inputs;
  private final ModelChoice choice;
  private final LoadedModels models;
  private final ResponseProperties properties;
  private final TeacherUsages usages;
  private final InstantSource clock;

  ResponseJobHandler(
      Datasets datasets,
      Inputs inputs,
      ModelChoice choice,
      LoadedModels models,
      ResponseProperties properties,
      TeacherUsages usages,
      InstantSource clock) {
    this.datasets = datasets;
    this.inputs = inputs;
    this.choice = choice;
    this.models = models;
    this.properties = properties;
    this.usages = usages;
    this.clock = clock;
  }

  @Override
  public JobKind kind() {
    return JobKind.RESPONSES;
  }

  @Override
  public Outcome run(JobRun run) throws InterruptedException {
    var spec = StoreJson.read(run.job().spec(), ResponsesSpec.class);
    var elsewhere = choice.elsewhere(spec.model());
    var stored = elsewhere.isPresent() ? null : choice.resolve(spec.model());
    var task = new ResponseTask(spec, stored == null ? spec.model() : stored.id());
    run.stage("reading rows");
    var input = inputs.open(spec.input());
    var dataset = DatasetIds.of(run.job().id());
    run.fenced(() ->
        datasets.create(
            dataset, "responses of " + task.model(), lineage(run, task, stored, input)));
    var tally = new ResponseTally();
    datasets.iterate(dataset).forEachRemaining(tally::add);
    if (datasets.find(dataset).filter(Dataset::complete).isEmpty()) {
      if (tally.rows() > 0) {
        run.event(Level.INFO, "Going on after %d rows".formatted(tally.rows()), null);
      }
      var early =
          stored == null
              ? ask(run, task, elsewhere.orElseThrow(), tally, input)
              : sample(run, task, stored, tally, input);
      if (early.isPresent()) {
        return early.get();
      }
      run.stage("hashing");
      run.fenced(() -> datasets.complete(dataset));
    }
    return conclude(run, dataset, tally);
  }

  private Optional<Outcome> ask(
      JobRun run, ResponseTask task, ConfiguredTeacher teacher, ResponseTally tally, Input input)
      throws InterruptedException {
    var questions = questions(task, input);
    return new RemoteResponses(run, task, teacher, tally, new Stores(datasets, usages))
        .go(new Samples(input.rows(), questions, task.spec().n()), questions * task.spec().n());
  }

  private static long questions(ResponseTask task, Input input) {
    var limit = task.spec().limit();
    return limit == null ? input.total() : Math.min(limit, input.total());
  }

  private Optional<Outcome> sample(
      JobRun run, ResponseTask task, StoredModel model, ResponseTally tally, Input input)
      throws InterruptedException {
    var spec = task.spec();
    var questions = questions(task, input);
    var dataset = DatasetIds.of(run.job().id());
    run.stage("loading " + model.id());
    try (var use = models.use(model)) {
      return new ResponseRun(run, task, use.model(), tally, clock)
          .go(
              new Samples(input.rows(), questions, spec.n()),
              properties.rowsAtOnce(),
              questions * spec.n(),
              batch -> datasets.append(dataset, batch));
    } catch (CheckpointException e) {
      throw new JobFailedException(
          new JobError("corrupt_checkpoint", words(model.id(), e), "model"));
    }
  }

  /// The fault without the server's own paths.
  private static String words(String model, CheckpointException e) {
    var folder = String.valueOf(e.file().getParent());
    return String.valueOf(e.getMessage()).replace(folder, model);
  }

  private static JsonNode lineage(
      JobRun run, ResponseTask task, @Nullable StoredModel stored, Input input) {
    var lineage = StoreJson.mapper().createObjectNode();
    lineage.put("operation", "responses").put("job", run.job().id().value());
    lineage.set("input", input.lineage());
    lineage.put("model", task.model());
    if (stored != null) {
      lineage.put("model_hash", stored.hash());
    }
    lineage.set("spec", run.job().spec());
    return lineage;
  }

  private static Outcome conclude(JobRun run, String dataset, ResponseTally tally) {
    if (tally.rows() > 0 && tally.failed() == tally.rows()) {
      return new Outcome.Failed(
          new JobError(
              "all_rows_failed",
              "None of the %d rows got a response; the reason of each is in the dataset %s."
                  .formatted(tally.rows(), dataset),
              null));
    }
    run.event(
        Level.INFO,
        "Done: %d rows, %d of %d right".formatted(tally.rows(), tally.correct(), tally.labelled()),
        null);
    return new Outcome.Succeeded(tally.result(dataset));
  }
}
