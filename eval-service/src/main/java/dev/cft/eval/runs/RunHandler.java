package dev.cft.eval.runs;

import static dev.cft.store.StoreJson.mapper;

import dev.cft.eval.evals.Eval;
import dev.cft.eval.evals.Evals;
import dev.cft.eval.evals.ItemSets;
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
import dev.cft.store.jobs.JobRun.Signal;
import dev.cft.store.jobs.LeaseLostException;
import dev.cft.store.jobs.Outcome;
import dev.cft.store.jobs.Progress;
import dev.cft.store.models.StoredModel;
import dev.cft.store.specs.EvaluationSpec;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/// Does evaluation runs: answers the items that are not written yet, so that each is written once.
@Component
class RunHandler implements JobHandler {
  private static final Duration MODEL_WAIT = Duration.ofSeconds(5);

  private final Runs runs;
  private final Evals evals;
  private final ItemSets sets;
  private final ModelNames names;
  private final LoadedModels models;
  private final RunSettings settings;
  private final InstantSource clock;

  RunHandler(
      Runs runs,
      Evals evals,
      ItemSets sets,
      ModelNames names,
      LoadedModels models,
      RunSettings settings,
      InstantSource clock) {
    this.runs = runs;
    this.evals = evals;
    this.sets = sets;
    this.names = names;
    this.models = models;
    this.settings = settings;
    this.clock = clock;
  }

  @Override
  public JobKind kind() {
    return JobKind.EVALUATION;
  }

  @Override
  public Outcome run(JobRun job) throws Exception {
    var spec = StoreJson.read(job.job().spec(), EvaluationSpec.class);
    var run =
        runs.find(job.job().id().value())
            .orElseThrow(() -> failed("run_deleted", "the run was deleted", null));
    var eval =
        evals
            .find(run.evalId())
            .orElseThrow(() ->
                failed(
                    "eval_deleted",
                    "the eval '%s' was deleted".formatted(run.evalId()),
                    "eval_id"));
    var model = model(spec.model());
    job.stage("loading " + model.id());
    try (var borrowed = models.borrow(model)) {
      var answering =
          new Answering(run, spec, eval.criterionList(), borrowed.model(), model.id(), clock);
      job.stage("answering with " + model.id());
      return new Pass(job, run, eval, spec, answering).go();
    } catch (CheckpointException e) {
      throw failed("model_unreadable", ModelFaults.unreadable(model, e), "model");
    } catch (ModelsBusyException e) {
      return new Outcome.Parked(String.valueOf(e.getMessage()), MODEL_WAIT);
    }
  }

  private StoredModel model(String name) {
    return switch (names.choose(name)) {
      case ModelChoice.Ready(var model) -> model;
      case ModelChoice.Later(var job) ->
          throw failed(
              "model_not_ready", "fine-tuning job '%s' has not finished".formatted(job), "model");
      case ModelChoice.None(var reason) -> throw failed("model_not_found", reason, "model");
    };
  }

  private static JobFailedException failed(String code, String message, @Nullable String param) {
    return new JobFailedException(new JobError(code, message, param));
  }

  /// One attempt at a run's items.
  private final class Pass {
    private final JobRun job;
    private final Run run;
    private final Answering answering;
    private final long total;
    private final Set<Long> written;
    private final List<OutputItem> unwritten = new ArrayList<>();

    private Pass(JobRun job, Run run, Eval eval, EvaluationSpec spec, Answering answering) {
      this.job = job;
      this.run = run;
      this.answering = answering;
      this.total = RunJson.total(sets.count(run.itemSet()).orElse(0L), spec.limit());
      this.written = new HashSet<>(runs.written(run.id()));
      if (!written.isEmpty()) {
        job.event(
            Level.INFO,
            "%d of %d items of eval %s are done already"
                .formatted(written.size(), total, eval.id()),
            null);
      }
    }

    private Outcome go() {
      report();
      for (var from = 0L; from < total; from += settings.batchSize()) {
        var to = Math.min(total, from + settings.batchSize());
        var items =
            sets.read(run.itemSet(), from, to).stream()
                .filter(item -> !written.contains(item.seq()))
                .toList();
        answering.answer(items, () -> job.signal() != Signal.GO_ON, this::take);
        write();
        if (job.signal() != Signal.GO_ON && written.size() < total) {
          return stopped();
        }
      }
      return new Outcome.Succeeded(
          mapper().valueToTree(RunResult.of(runs.counts(run.id(), total), answering.modelId())));
    }

    private void take(OutputItem item) {
      unwritten.add(item);
      if (unwritten.size() >= settings.writeEvery()) {
        write();
      }
    }

    private void write() {
      if (unwritten.isEmpty() || job.signal() == Signal.LEASE_LOST) {
        return;
      }
      job.fenced(() -> {
        runs.write(unwritten);
        return true;
      });
      unwritten.forEach(item -> written.add(item.seq()));
      unwritten.clear();
      report();
    }

    private void report() {
      job.progress(new Progress(written.size(), total, "items"));
    }

    private Outcome stopped() {
      return switch (job.signal()) {
        case PAUSE -> new Outcome.Paused();
        case SHUTDOWN, GO_ON -> new Outcome.Released();
        case LEASE_LOST -> throw new LeaseLostException(job.job().id());
      };
    }
  }
}
