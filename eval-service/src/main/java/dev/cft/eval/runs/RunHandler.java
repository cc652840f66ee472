package dev.cft.eval.runs;

import dev.cft.eval.answering.Answerer;
import dev.cft.eval.answering.EndpointAnswerer;
import dev.cft.eval.answering.EndpointJudge;
import dev.cft.eval.answering.Generations;
import dev.cft.eval.answering.LocalAnswerer;
import dev.cft.eval.answering.Manner;
import dev.cft.eval.answering.Memory;
import dev.cft.eval.endpoints.EndpointException;
import dev.cft.eval.endpoints.Endpoints;
import dev.cft.eval.evals.Eval;
import dev.cft.eval.evals.Evals;
import dev.cft.eval.evals.ItemSets;
import dev.cft.eval.evals.ItemSets.Item;
import dev.cft.eval.evals.Judge;
import dev.cft.eval.evals.NamedEvals;
import dev.cft.eval.evals.NamedEvals.WithheldException;
import dev.cft.eval.models.LoadedModels;
import dev.cft.eval.models.ModelChoice;
import dev.cft.eval.models.ModelFaults;
import dev.cft.eval.models.ModelNames;
import dev.cft.eval.models.ModelsBusyException;
import dev.cft.lm.CheckpointException;
import dev.cft.store.StoreJson;
import dev.cft.store.jobs.JobError;
import dev.cft.store.jobs.JobEvent.Level;
import dev.cft.store.jobs.JobFailedException;
import dev.cft.store.jobs.JobHandler;
import dev.cft.store.jobs.JobKind;
import dev.cft.store.jobs.JobRun;
import dev.cft.store.jobs.Outcome;
import dev.cft.store.models.StoredModel;
import dev.cft.store.specs.EvaluationSpec;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/// Does evaluation runs: answers what is not written yet, so that each sample is written once.
@Component
class RunHandler implements JobHandler {
  private static final Duration MODEL_WAIT = Duration.ofSeconds(5);

  /// Bad gold answers that an event names; all are in the eval.
  private static final int SHOWN = 10;

  /// Disputed items that a result names.
  private static final int SHOWN_DISPUTES = 100;

  private final Runs runs;
  private final Evals evals;
  private final NamedEvals named;
  private final ItemSets sets;
  private final Models models;
  private final RunSettings settings;
  private final InstantSource clock;

  RunHandler(
      Runs runs,
      Evals evals,
      NamedEvals named,
      ItemSets sets,
      Models models,
      RunSettings settings,
      InstantSource clock) {
    this.runs = runs;
    this.evals = evals;
    this.named = named;
    this.sets = sets;
    this.models = models;
    this.settings = settings;
    this.clock = clock;
  }

  /// Where answers come from.
  @Component
  record Models(
      ModelNames names, LoadedModels loaded, Endpoints endpoints, Generations generations) {}

  @Override
  public JobKind kind() {
    return JobKind.EVALUATION;
  }

  @Override
  public Outcome run(JobRun job) throws Exception {
    var spec = StoreJson.read(job.job().spec(), EvaluationSpec.class);
    var run =
        runs.find(job.job().id().value())
            .or(() -> ofAnotherService(job, spec))
            .orElseThrow(() -> failed("run_deleted", "the run was deleted", null));
    var eval =
        evals
            .find(run.evalId())
            .orElseThrow(() ->
                failed(
                    "eval_deleted",
                    "the eval '%s' was deleted".formatted(run.evalId()),
                    "eval_id"));
    try {
      return switch (models.names().choose(spec.model())) {
        case ModelChoice.Ready(var model) -> local(new Work(job, spec, run, eval), model);
        case ModelChoice.Remote(var endpoint) -> {
          var manner = manner(spec, run);
          var memory =
              new Memory(models.generations(), endpoint.fingerprint(), manner, spec.how().fresh());
          var answerer = new EndpointAnswerer(endpoint, manner, memory);
          yield go(new Work(job, spec, run, eval), answerer, memory, null);
        }
        case ModelChoice.Later(var needed) ->
            throw failed(
                "model_not_ready",
                "fine-tuning job '%s' has not finished".formatted(needed),
                "model");
        case ModelChoice.None(var reason) -> throw failed("model_not_found", reason, "model");
      };
    } catch (EndpointException.Unavailable e) {
      return new Outcome.Parked(String.valueOf(e.getMessage()), e.rest());
    } catch (EndpointException e) {
      throw failed("endpoint_refused", String.valueOf(e.getMessage()), "model");
    } catch (WithheldException e) {
      throw failed("benchmark_data_changed", String.valueOf(e.getMessage()), "eval_id");
    }
  }

  /// A job that another service put into the store, such as the evaluation of a checkpoint, has no
  /// run yet. That of a deleted run makes none.
  private Optional<Run> ofAnotherService(JobRun job, EvaluationSpec spec) {
    var id = job.job().id().value();
    var eval =
        evals
            .find(spec.evalId())
            .filter(found -> found.itemSet() != null)
            .orElseThrow(() ->
                failed(
                    "eval_not_found",
                    "there is no eval '%s' with items of its own".formatted(spec.evalId()),
                    "eval_id"));
    job.fenced(() -> {
      runs.create(NewRuns.run(id, eval, spec, NewRuns.Source.of(eval)));
      return id;
    });
    return runs.find(id);
  }

  /// What a run's attempt is about.
  private record Work(JobRun job, EvaluationSpec spec, Run run, Eval eval) {}

  private Outcome local(Work work, StoredModel model) throws Exception {
    work.job().stage("loading " + model.id());
    try (var borrowed = models.loaded().borrow(model)) {
      var manner = manner(work.spec(), work.run());
      var memory =
          new Memory(models.generations(), model.hash(), manner, work.spec().how().fresh());
      var lent = borrowed.model();
      var answerer =
          new LocalAnswerer(model.id(), lent, manner, memory, settings.batchSize(), () -> {});
      return go(work, answerer, memory, lent.config().architecture());
    } catch (CheckpointException e) {
      throw failed("model_unreadable", ModelFaults.unreadable(model, e), "model");
    } catch (ModelsBusyException e) {
      return new Outcome.Parked(String.valueOf(e.getMessage()), MODEL_WAIT);
    }
  }

  private static Manner manner(EvaluationSpec spec, Run run) {
    return new Manner(spec.temperature(), run.topP(), spec.maxTokens(), spec.stop());
  }

  private Outcome go(Work work, Answerer answerer, Memory memory, @Nullable String family)
      throws InterruptedException {
    var eval = work.eval();
    var variant = PromptChoice.of(work.run(), eval, work.spec(), family);
    var inSet = sets.count(work.run().itemSet()).orElse(0L);
    var total = ItemSelection.total(work.spec(), inSet);
    var written = runs.written(work.run().id());
    tell(work, total, written.size());
    work.job().stage("answering with " + answerer.model());
    var judging =
        new Judging(
            work.run(),
            work.spec(),
            eval.criterionList(),
            judge(work),
            answerer.model(),
            variant.name(),
            eval.profile().withheld(),
            clock);
    var pass =
        new Pass(
            work.job(),
            runs,
            memory,
            new ItemDialogues(work.spec(), variant, eval.profile()),
            judging,
            settings.writeEvery(),
            new Pass.Extent(total, written.size()));
    var stopped = pass.go(answerer, new ItemSelection(work.spec(), inSet, reader(work), written));
    return stopped != null
        ? stopped
        : new Outcome.Succeeded(
            StoreJson.object(
                RunResult.of(
                    runs.counts(work.run().id(), total),
                    answerer.model(),
                    Metrics.of(runs.scored(work.run().id()), work.spec(), eval),
                    disputed(work.run()))));
  }

  /// The first of the items about which graders disagree; `outcome=disputed` lists all.
  private List<String> disputed(Run run) {
    return runs.disputed(run.id(), SHOWN_DISPUTES).stream()
        .map(seq -> OutputItemJson.id(run.id(), seq))
        .toList();
  }

  private Judge judge(Work work) {
    var name = work.spec().how().judge();
    if (name == null) {
      return Judge.NONE;
    }
    var endpoint =
        models
            .endpoints()
            .find(name)
            .orElseThrow(
                () -> failed("judge_not_found", models.endpoints().objectionTo(name), "judge"));
    return new EndpointJudge(endpoint, models.generations(), work.spec().how().fresh());
  }

  private Function<List<Long>, List<Item>> reader(Work work) {
    if (!work.eval().profile().withheld()) {
      return ItemSelection.stored(sets, work.run().itemSet());
    }
    var items = named.withheldItems(work.eval());
    return places ->
        places.stream().map(place -> new Item(place, items.get(place.intValue()))).toList();
  }

  private static void tell(Work work, long total, int written) {
    var bad = work.eval().profile().badGolds();
    if (written > 0) {
      work.job()
          .event(
              Level.INFO,
              "%d of %d items of eval %s are done already"
                  .formatted(written, total, work.eval().id()),
              null);
    } else if (!bad.isEmpty()) {
      var told =
          bad.stream()
              .limit(SHOWN)
              .map(b -> "item %d: %s".formatted(b.item(), b.reason()))
              .toList();
      work.job()
          .event(
              Level.WARN,
              "%d gold answers cannot be read: %s%s"
                  .formatted(bad.size(), String.join("; ", told), bad.size() > SHOWN ? "; …" : ""),
              null);
    }
  }

  private static JobFailedException failed(String code, String message, @Nullable String param) {
    return new JobFailedException(new JobError(code, message, param));
  }
}
