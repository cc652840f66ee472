package dev.cft.trainer.finetuning;

import dev.cft.service.errors.ApiException;
import dev.cft.service.keys.Caller;
import dev.cft.store.StoreJson;
import dev.cft.store.jobs.Job;
import dev.cft.store.jobs.JobKind;
import dev.cft.store.jobs.JobState;
import dev.cft.store.jobs.NewJob;
import dev.cft.store.specs.FineTuningSpec;
import dev.cft.store.specs.FineTuningSpec.Continued;
import dev.cft.store.specs.FineTuningSpec.Course;
import dev.cft.store.specs.FineTuningSpec.Hyperparameters;
import dev.cft.store.specs.FineTuningSpec.Method;
import dev.cft.trainer.engines.Engine;
import dev.cft.trainer.engines.Engines;
import dev.cft.trainer.runs.RunFolders;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;
import tools.jackson.databind.node.ObjectNode;

/// Makes a job that trains a finished one further: on from its last step, or anew from its model.
@Component
final class Continuation {
  private static final String STATE = "optimizer";
  private static final String WEIGHTS = "weights";

  private final RunFolders folders;
  private final Engines engines;

  Continuation(RunFolders folders, Engines engines) {
    this.folders = folders;
    this.engines = engines;
  }

  /// `POST /v1/fine_tuning/jobs/{id}/continue`.
  ///
  /// @param from `optimizer`: from the last checkpoint with the optimiser's state, as if the run
  ///   had been longer; `weights`: a new run from the model
  /// @param nEpochs more epochs
  /// @param maxSteps more steps
  record Request(
      @Nullable String from,
      @Nullable Double nEpochs,
      @Nullable Integer maxSteps,
      @Nullable String suffix) {}

  /// @throws ApiException naming every fault
  NewJob of(Job job, Request request, Caller caller) {
    FineTuningSpec spec = StoreJson.read(job.spec(), FineTuningSpec.class);
    var faults = new Faults();
    check(request, faults);
    faults.throwIfAny();
    ObjectNode result = result(job);
    boolean isAnew = WEIGHTS.equals(request.from());
    FineTuningSpec more =
        isAnew
            ? anew(spec, job, request)
            : further(spec, job, result.path("steps").asInt(), request);
    return NewJob.of(JobKind.FINE_TUNING, more)
        .needing(List.of(job.id()))
        .with(job.metadata())
        .prioritised(job.priority())
        .taking(job.slots())
        .by(caller.id())
        .validatedFirst();
  }

  private static void check(Request request, Faults faults) {
    String from = request.from();
    if (from != null && !List.of(STATE, WEIGHTS).contains(from)) {
      faults.invalid("from", "'" + from + "'", STATE + ", " + WEIGHTS);
    }
    Double epochs = request.nEpochs();
    Integer steps = request.maxSteps();
    if ((epochs == null) == (steps == null)) {
      faults.add("invalid_value", "n_epochs", "give n_epochs or max_steps, how much more to train");
    }
    if (epochs != null && !(epochs > 0 && epochs <= 1000)) {
      faults.invalid("n_epochs", epochs, "a number above 0 and up to 1000");
    }
    if (steps != null && steps < 1) {
      faults.invalid("max_steps", steps, "1 or more");
    }
    RequestCheck.suffix(request.suffix(), faults);
  }

  private static ObjectNode result(Job job) {
    if (job.state() instanceof JobState.Succeeded(_, var result)) {
      return result;
    }
    throw ApiException.badRequest(
        "illegal_state",
        "%s is %s; only a job that has succeeded can be continued"
            .formatted(job.id(), job.status().wireName()),
        null);
  }

  private static FineTuningSpec anew(FineTuningSpec spec, Job job, Request request) {
    Method longer = length(spec.method(), request.nEpochs(), request.maxSteps());
    return with(spec, job.id().value(), longer, request, null);
  }

  private FineTuningSpec further(FineTuningSpec spec, Job job, int steps, Request request) {
    Engine engine = engines.of(spec.placed().engine());
    if (!engine.continuesOthers()) {
      throw ApiException.badRequest(
          "not_resumable",
          "The engine %s cannot go on from another run; continue with \"from\": \"weights\""
              .formatted(engine.name()),
          "from");
    }
    if (folders.lastCheckpoint(job.id()).isEmpty()) {
      throw ApiException.badRequest(
          "not_resumable",
          "The optimiser's state of %s was not kept; continue with \"from\": \"weights\""
              .formatted(job.id()),
          "from");
    }
    Hyperparameters chosen = spec.method().hyperparameters();
    Integer wanted = chosen == null ? null : chosen.maxSteps();
    if (wanted != null && request.nEpochs() != null) {
      throw ApiException.badRequest(
          "invalid_value",
          "n_epochs: %s was told its length in steps; give max_steps, how many more"
              .formatted(job.id()),
          "n_epochs");
    }
    Double done = chosen == null ? null : chosen.nEpochs();
    Method longer =
        request.maxSteps() != null
            ? length(spec.method(), null, steps + request.maxSteps())
            : length(
                spec.method(),
                (done == null ? 1 : done) + Objects.requireNonNull(request.nEpochs()),
                null);
    return with(spec, spec.model(), longer, request, new Continued(job.id().value()));
  }

  private static FineTuningSpec with(
      FineTuningSpec spec,
      String model,
      Method method,
      Request request,
      @Nullable Continued continued) {
    return new FineTuningSpec(
        model,
        spec.trainingFile(),
        spec.validationFile(),
        method,
        spec.seed(),
        request.suffix() == null ? spec.suffix() : request.suffix(),
        course(spec.watched(), continued),
        spec.placement());
  }

  private static @Nullable Course course(Course course, @Nullable Continued continued) {
    var changed =
        new Course(
            course.eval(),
            course.select(),
            course.earlyStopping(),
            course.keep(),
            continued,
            course.rowLosses(),
            course.integrations());
    return changed.equals(Course.DEFAULTS) ? null : changed;
  }

  /// The method with another length.
  private static Method length(Method method, @Nullable Double epochs, @Nullable Integer steps) {
    Hyperparameters chosen =
        method.hyperparameters() == null ? Hyperparameters.DEFAULTS : method.hyperparameters();
    ObjectNode json = StoreJson.object(chosen);
    json.remove(List.of("n_epochs", "max_steps"));
    if (epochs != null) {
      json.put("n_epochs", epochs);
    }
    if (steps != null) {
      json.put("max_steps", steps);
    }
    return new Method(
        method.type(),
        method.target(),
        method.rows(),
        method.maxRows(),
        StoreJson.read(json, Hyperparameters.class));
  }
}
