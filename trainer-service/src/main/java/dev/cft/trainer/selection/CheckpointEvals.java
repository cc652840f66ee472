package dev.cft.trainer.selection;

import dev.cft.store.jobs.Job;
import dev.cft.store.jobs.JobId;
import dev.cft.store.jobs.JobKind;
import dev.cft.store.jobs.JobRun;
import dev.cft.store.jobs.JobState;
import dev.cft.store.jobs.Jobs;
import dev.cft.store.jobs.NewJob;
import dev.cft.store.models.StoredModel;
import dev.cft.store.specs.EvaluationSpec;
import dev.cft.store.specs.FineTuningSpec.CheckpointEval;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/// Evaluations of checkpoints: jobs in the store, which the evaluation service does.
@Component
public final class CheckpointEvals {
  private static final String KNOWN =
      "select count(*) from evals where id = :id and deleted_at is null and item_set is not null";

  private final Jobs jobs;
  private final JdbcClient jdbc;

  CheckpointEvals(Jobs jobs, JdbcClient jdbc) {
    this.jobs = jobs;
    this.jdbc = jdbc;
  }

  /// Whether there is an eval of that id with items of its own.
  public boolean isKnown(String eval) {
    return jdbc.sql(KNOWN).param("id", eval).query(Long.class).single() > 0;
  }

  /// What has become of an evaluation.
  sealed interface Verdict {
    record Pending() implements Verdict {}

    record Scored(double accuracy) implements Verdict {}

    record Unscored(String reason) implements Verdict {}
  }

  /// The evaluation of a checkpoint has an id of its own, so that a repeated attempt asks for none
  /// twice.
  static JobId idOf(JobId training, long step) {
    String own = training.value().substring(training.value().indexOf('-') + 1);
    return new JobId("%s%s-%d".formatted(JobKind.EVALUATION.idPrefix(), own, step));
  }

  void submit(JobRun run, CheckpointEval eval, long seed, StoredModel checkpoint) {
    long step = Objects.requireNonNull(checkpoint.step());
    Job job = run.job();
    var spec =
        new EvaluationSpec(
            eval.id(),
            "%s, step %d".formatted(job.id(), step),
            checkpoint.id(),
            0,
            eval.maxTokens(),
            seed,
            eval.limit(),
            List.of(),
            null);
    var evaluation =
        new NewJob(
            idOf(job.id(), step),
            JobKind.EVALUATION,
            spec,
            job.priority(),
            List.of(),
            Map.of("eval", eval.id(), "fine_tuning_job", job.id().value()),
            job.createdBy(),
            false,
            1);
    run.fenced(() -> jobs.submit(evaluation));
  }

  Verdict verdict(JobId training, long step) {
    JobId id = idOf(training, step);
    return jobs.find(id)
        .map(job -> of(job.state()))
        .orElse(new Verdict.Unscored("there is no evaluation " + id));
  }

  private static Verdict of(JobState state) {
    return switch (state) {
      case JobState.Succeeded(_, var result) ->
          result.path("accuracy").isNumber()
              ? new Verdict.Scored(result.path("accuracy").asDouble())
              : new Verdict.Unscored("its result has no accuracy");
      case JobState.Failed(_, var error) -> new Verdict.Unscored(error.message());
      case JobState.Cancelled(_) -> new Verdict.Unscored("it was cancelled");
      case JobState.Validating(),
          JobState.Waiting(_),
          JobState.Queued(_, _),
          JobState.Running(_),
          JobState.Pausing(_),
          JobState.Paused() ->
          new Verdict.Pending();
    };
  }

  /// Ends an evaluation that nobody waits for any more.
  void cancel(JobId training, long step) {
    JobId id = idOf(training, step);
    if (jobs.find(id).filter(job -> !job.status().isFinal()).isPresent()) {
      jobs.cancel(id);
    }
  }
}
