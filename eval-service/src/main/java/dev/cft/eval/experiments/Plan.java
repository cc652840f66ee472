package dev.cft.eval.experiments;

import dev.cft.eval.evals.Eval;
import dev.cft.eval.runs.NewRuns;
import dev.cft.eval.runs.Run;
import dev.cft.store.jobs.JobId;
import dev.cft.store.jobs.JobKind;
import dev.cft.store.jobs.NewJob;
import dev.cft.store.specs.CritiquesSpec;
import dev.cft.store.specs.EvaluationSpec;
import dev.cft.store.specs.ExperimentSpec;
import dev.cft.store.specs.ExperimentSpec.Arm;
import dev.cft.store.specs.FineTuningSpec;
import dev.cft.store.specs.FineTuningSpec.Method;
import dev.cft.store.specs.ResponsesSpec;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// The jobs that an experiment consists of.
///
/// @param jobs all of them, the experiment's own job last
/// @param runs what the evaluation runs have besides their jobs
record Plan(JobId experiment, List<NewJob> jobs, List<Run> runs) {
  Plan {
    jobs = List.copyOf(jobs);
    runs = List.copyOf(runs);
  }

  static Plan of(
      ExperimentSpec spec,
      List<Eval> evals,
      Needed needed,
      Map<String, String> metadata,
      @Nullable String createdBy) {
    return new Planner(spec, evals, needed, createdBy).plan(metadata);
  }

  /// What a job reads, and the jobs that make it.
  private record Source(String id, List<JobId> needs) {}

  private static final class Planner {
    private final ExperimentSpec spec;
    private final List<Eval> evals;
    private final Needed needed;
    private final @Nullable String createdBy;
    private final JobId experiment = JobId.next(JobKind.EXPERIMENT);
    private final List<NewJob> jobs = new ArrayList<>();
    private final List<Run> runs = new ArrayList<>();
    private final List<JobId> evaluations = new ArrayList<>();

    private Planner(
        ExperimentSpec spec, List<Eval> evals, Needed needed, @Nullable String createdBy) {
      this.spec = spec;
      this.evals = evals;
      this.needed = needed;
      this.createdBy = createdBy;
    }

    private Plan plan(Map<String, String> metadata) {
      for (var arm : spec.arms()) {
        if (arm.method() == null) {
          evaluate(arm, null, new Source(spec.baseModel(), needed.forModel()));
        }
      }
      spec.seeds().forEach(this::replicate);
      var tags = new LinkedHashMap<>(metadata);
      tags.put(Tags.EXPERIMENT, experiment.value());
      jobs.add(
          new NewJob(
              experiment, JobKind.EXPERIMENT, spec, 0, evaluations, tags, createdBy, false, 1));
      return new Plan(experiment, jobs, runs);
    }

    private void replicate(Long seed) {
      var input = new Source(spec.input(), needed.forInput());
      var answered = responses(input, seed).orElse(input);
      var judged = critiques(answered, seed).orElse(answered);
      for (var arm : spec.arms()) {
        var method = arm.method();
        if (method != null) {
          var rows = Methods.needsCritiques(method) ? judged : answered;
          evaluate(arm, seed, train(arm, method, rows, seed));
        }
      }
    }

    private Optional<Source> responses(Source input, Long seed) {
      var asked = spec.responses();
      if (asked == null) {
        return Optional.empty();
      }
      var work =
          new ResponsesSpec(
              input.id(),
              spec.baseModel(),
              asked.n(),
              asked.temperature(),
              asked.topP(),
              asked.maxTokens(),
              seed,
              asked.limit(),
              spec.evaluation().stop());
      var needs = new ArrayList<>(input.needs());
      needs.addAll(needed.forModel());
      return Optional.of(
          add(JobKind.RESPONSES, work, needs, Tags.of(experiment.value(), null, seed)));
    }

    private Optional<Source> critiques(Source answered, Long seed) {
      var asked = spec.critiques();
      var isNeeded =
          spec.arms().stream()
              .map(Arm::method)
              .anyMatch(m -> m != null && Methods.needsCritiques(m));
      if (asked == null || !isNeeded) {
        return Optional.empty();
      }
      var work =
          new CritiquesSpec(
              answered.id(),
              asked.teacher(),
              asked.promptVersion(),
              asked.limit(),
              asked.budgetUsd());
      return Optional.of(
          add(JobKind.CRITIQUES, work, answered.needs(), Tags.of(experiment.value(), null, seed)));
    }

    private Source train(Arm arm, Method method, Source rows, Long seed) {
      var work =
          new FineTuningSpec(spec.baseModel(), rows.id(), null, method, seed, suffix(arm, seed));
      var needs = new ArrayList<>(rows.needs());
      needs.addAll(needed.forModel());
      return add(JobKind.FINE_TUNING, work, needs, Tags.of(experiment.value(), arm.name(), seed));
    }

    /// Goes into the model's id: lower-case letters, digits and dashes, at most 64.
    private static String suffix(Arm arm, Long seed) {
      var plain =
          arm.name().toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9]+", "-").replaceAll("^-|-$", "");
      var name = plain.isEmpty() ? "arm" : plain;
      return name.substring(0, Math.min(48, name.length())) + "-s" + seed;
    }

    private void evaluate(Arm arm, @Nullable Long seed, Source model) {
      for (var eval : evals) {
        var how = spec.evaluation();
        var name = seed == null ? arm.name() : "%s, seed %d".formatted(arm.name(), seed);
        var work =
            new EvaluationSpec(
                eval.id(),
                "%s: %s".formatted(spec.name(), name),
                model.id(),
                how.temperature(),
                how.maxTokens(),
                seed == null ? spec.seeds().getFirst() : seed,
                how.limit(),
                how.stop(),
                null);
        var planned =
            NewRuns.plan(
                eval, work, NewRuns.Source.of(eval), Tags.of(experiment.value(), arm.name(), seed));
        jobs.add(planned.job().needing(model.needs()).by(createdBy));
        runs.add(planned.run());
        evaluations.add(planned.job().id());
      }
    }

    private Source add(JobKind kind, Object work, List<JobId> needs, Map<String, String> tags) {
      var job = new NewJob(JobId.next(kind), kind, work, 0, needs, tags, createdBy, false, 1);
      jobs.add(job);
      return new Source(job.id().value(), List.of(job.id()));
    }
  }
}
