package dev.cft.eval.reports;

import dev.cft.eval.evals.Eval;
import dev.cft.eval.evals.Evals;
import dev.cft.eval.evals.ItemSets;
import dev.cft.eval.experiments.Experiments.Experiment;
import dev.cft.eval.experiments.Tags;
import dev.cft.eval.experiments.Times;
import dev.cft.eval.reports.Report.ArmPart;
import dev.cft.eval.reports.Report.EvalPart;
import dev.cft.eval.reports.Report.Failure;
import dev.cft.eval.reports.Report.Score;
import dev.cft.eval.reports.Report.Stage;
import dev.cft.eval.reports.Report.Training;
import dev.cft.eval.runs.Runs;
import dev.cft.store.StoreJson;
import dev.cft.store.jobs.Job;
import dev.cft.store.jobs.JobKind;
import dev.cft.store.jobs.JobState;
import dev.cft.store.specs.ExperimentSpec.Arm;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// Makes reports from the results of an experiment's parts.
@Component
class Reports {
  private static final List<JobKind> STAGES =
      List.of(JobKind.RESPONSES, JobKind.CRITIQUES, JobKind.FINE_TUNING, JobKind.EVALUATION);

  private final Evals evals;
  private final ItemSets sets;
  private final Runs runs;
  private final InstantSource clock;

  Reports(Evals evals, ItemSets sets, Runs runs, InstantSource clock) {
    this.evals = evals;
    this.sets = sets;
    this.runs = runs;
    this.clock = clock;
  }

  /// The report as far as the experiment is.
  Report of(Experiment experiment) {
    return of(experiment, experiment.status());
  }

  /// The report of an experiment that is about to get that status.
  Report of(Experiment experiment, String status) {
    var spec = experiment.spec();
    var evalParts =
        spec.evals().stream().map(id -> evalPart(id, spec.evaluation().limit())).toList();
    var arms = arms(experiment);
    var data = spec.seeds().stream().map(seed -> DataParts.of(experiment.parts(), seed)).toList();
    return new Report(
        "experiment.report",
        experiment.job().id().value(),
        spec.name(),
        status,
        experiment.isPartial(),
        clock.instant().getEpochSecond(),
        spec.baseModel(),
        spec.input(),
        spec.seeds(),
        evalParts,
        arms,
        data,
        stages(experiment.parts()),
        failures(experiment),
        Footnotes.of(experiment, evalParts, arms));
  }

  private EvalPart evalPart(String id, @Nullable Integer limit) {
    var eval = evals.find(id);
    var items = eval.map(Eval::itemSet).flatMap(sets::count).orElse(0L);
    return new EvalPart(
        id, eval.map(Eval::name).orElse(id), limit == null ? items : Math.min(limit, items));
  }

  private List<ArmPart> arms(Experiment experiment) {
    var passed = new ConcurrentHashMap<String, Map<Long, Boolean>>();
    var spec = experiment.spec();
    return spec.arms().stream()
        .map(arm -> {
          var results =
              spec.evals().stream()
                  .map(eval -> {
                    var others =
                        spec.arms().stream()
                            .filter(other -> !other.name().equals(arm.name()))
                            .map(other -> scores(experiment, other, eval))
                            .toList();
                    return scores(experiment, arm, eval)
                        .result(others, run -> passed.computeIfAbsent(run, runs::passedBySeq));
                  })
                  .toList();
          return new ArmPart(
              arm.name(),
              arm.method(),
              Words.trainedOn(arm.method()),
              trainings(experiment, arm),
              results);
        })
        .toList();
  }

  private static Scores scores(Experiment experiment, Arm arm, String eval) {
    var scores =
        ofArm(experiment, arm, JobKind.EVALUATION)
            .filter(job -> job.spec().path("eval_id").asString("").equals(eval))
            .map(Reports::score)
            .toList();
    return new Scores(arm.name(), arm.method() == null, eval, scores);
  }

  private static Stream<Job> ofArm(Experiment experiment, Arm arm, JobKind kind) {
    return experiment.parts().stream()
        .filter(job -> job.kind() == kind && arm.name().equals(job.metadata().get(Tags.ARM)));
  }

  private static Score score(Job job) {
    var result = result(job);
    return new Score(
        seed(job),
        job.id().value(),
        job.status().wireName(),
        real(result, "accuracy"),
        count(result, "total"),
        count(result, "passed"),
        count(result, "failed"),
        count(result, "errored"),
        count(result, "truncated"),
        count(result, "no_answer"),
        count(result, "undecided"),
        wallSeconds(job));
  }

  private static List<Training> trainings(Experiment experiment, Arm arm) {
    return ofArm(experiment, arm, JobKind.FINE_TUNING)
        .map(job -> {
          var result = result(job);
          return new Training(
              Objects.requireNonNull(seed(job)),
              job.id().value(),
              job.status().wireName(),
              whole(result, "rows"),
              whole(result, "trained_tokens"),
              whole(result, "steps"),
              real(result, "train_loss"),
              result.path("fine_tuned_model").isString()
                  ? result.path("fine_tuned_model").asString()
                  : null,
              wallSeconds(job));
        })
        .toList();
  }

  private static List<Stage> stages(List<Job> parts) {
    return STAGES.stream()
        .map(kind -> {
          var jobs = parts.stream().filter(job -> job.kind() == kind).toList();
          var times = jobs.stream().flatMap(job -> Times.wallTime(job).stream()).toList();
          var seconds = times.stream().mapToDouble(time -> time.toMillis() / 1000.0).sum();
          return new Stage(
              kind.wireName(),
              jobs.size(),
              jobs.stream().filter(job -> job.status().isFinal()).count(),
              seconds);
        })
        .filter(stage -> stage.jobs() > 0)
        .toList();
  }

  private static List<Failure> failures(Experiment experiment) {
    return Stream.concat(experiment.parts().stream(), Stream.of(experiment.job()))
        .flatMap(job ->
            job.state() instanceof JobState.Failed(_, var error)
                ? Stream.of(
                    new Failure(
                        job.id().value(),
                        job.kind().wireName(),
                        job.metadata().get(Tags.ARM),
                        seed(job),
                        error.code(),
                        error.message()))
                : Stream.empty())
        .toList();
  }

  static @Nullable Long seed(Job job) {
    var seed = job.metadata().get(Tags.SEED);
    return seed == null ? null : Long.valueOf(seed);
  }

  /// A finished job's result; an empty object otherwise.
  static ObjectNode result(Job job) {
    return job.state() instanceof JobState.Succeeded(_, var result)
        ? result
        : StoreJson.mapper().createObjectNode();
  }

  static @Nullable Long whole(JsonNode result, String name) {
    return result.path(name).isNumber() ? result.path(name).asLong() : null;
  }

  static @Nullable Double real(JsonNode result, String name) {
    return result.path(name).isNumber() ? result.path(name).asDouble() : null;
  }

  private static long count(JsonNode result, String name) {
    return result.path(name).asLong(0);
  }

  private static @Nullable Double wallSeconds(Job job) {
    return Times.wallTime(job).map(time -> time.toMillis() / 1000.0).orElse(null);
  }
}
