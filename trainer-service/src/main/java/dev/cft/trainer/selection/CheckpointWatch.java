package dev.cft.trainer.selection;

import dev.cft.store.jobs.JobEvent.Level;
import dev.cft.store.jobs.JobId;
import dev.cft.store.jobs.JobRun;
import dev.cft.store.jobs.Jobs;
import dev.cft.store.models.StoredModel;
import dev.cft.store.specs.FineTuningSpec;
import dev.cft.store.specs.FineTuningSpec.Course;
import dev.cft.store.specs.FineTuningSpec.EarlyStopping;
import dev.cft.trainer.models.CheckpointRemoval;
import dev.cft.trainer.selection.CheckpointEvals.Verdict;
import java.io.IOException;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.springframework.stereotype.Component;

/// The checkpoints of a run while it lasts: scored as they appear, and removed when they are not to
/// stay. All it knows is in the store, so that a later attempt goes on where this one ends.
public final class CheckpointWatch {
  /// The metric series of evaluations.
  public static final String ACCURACY = "eval_accuracy";

  private final JobRun run;
  private final FineTuningSpec spec;
  private final Schedule schedule;
  private final Parts parts;
  private final NavigableMap<Long, StoredModel> checkpoints = new TreeMap<>();
  private final NavigableMap<Long, Double> scores = new TreeMap<>();
  private final Set<Long> pending = new TreeSet<>();
  private final Set<Long> told;

  /// What a watch works with.
  @Component
  public record Parts(Jobs jobs, CheckpointEvals evals, CheckpointRemoval removal) {}

  /// When checkpoints are written. One of another step was written because the run was stopped
  /// there: it is gone on from, and is not scored.
  public record Schedule(long every, long steps) {
    boolean has(long step) {
      return step % every == 0 || step == steps;
    }
  }

  public CheckpointWatch(JobRun run, FineTuningSpec spec, Schedule schedule, Parts parts) {
    this.run = run;
    this.spec = spec;
    this.schedule = schedule;
    this.parts = parts;
    this.told = new TreeSet<>(parts.jobs().metric(job(), ACCURACY).keySet());
  }

  private Course course() {
    return spec.watched();
  }

  private JobId job() {
    return run.job().id();
  }

  private boolean isByEval() {
    return course().eval() != null;
  }

  /// A checkpoint has become a model, now or in an earlier attempt.
  public void created(StoredModel checkpoint) {
    Long step = checkpoint.step();
    if (step == null || checkpoints.containsKey(step)) {
      return;
    }
    checkpoints.put(step, checkpoint);
    if (!schedule.has(step)) {
      return;
    }
    var eval = course().eval();
    if (eval != null) {
      parts.evals().submit(run, eval, spec.seed(), checkpoint);
      pending.add(step);
    } else if (checkpoint.info().path("metrics").path("valid_loss").isNumber()) {
      scores.put(step, checkpoint.info().path("metrics").path("valid_loss").asDouble());
    }
  }

  /// Takes the evaluations that have ended since, then removes what is not to stay.
  public void look() throws IOException {
    for (long step : Set.copyOf(pending)) {
      switch (parts.evals().verdict(job(), step)) {
        case Verdict.Pending() -> {}
        case Verdict.Scored(var accuracy) -> scored(step, accuracy);
        case Verdict.Unscored(var reason) -> {
          pending.remove(step);
          run.event(
              Level.WARN,
              "The checkpoint of step %d could not be evaluated: %s".formatted(step, reason),
              null);
        }
      }
    }
    removeDropped();
  }

  private void scored(long step, double accuracy) {
    pending.remove(step);
    scores.put(step, accuracy);
    if (told.add(step)) {
      run.metrics(step, Map.of(ACCURACY, accuracy));
    }
  }

  private void removeDropped() throws IOException {
    var candidates = new TreeSet<>(checkpoints.keySet());
    candidates.removeAll(pending);
    for (long step : Retention.of(course().keep()).dropped(candidates, scores())) {
      StoredModel checkpoint = checkpoints.get(step);
      if (checkpoint != null && parts.removal().remove(checkpoint)) {
        checkpoints.remove(step);
      }
    }
  }

  /// Whether training is to end before its last step.
  public boolean hasStalled() {
    EarlyStopping stopping = course().earlyStopping();
    return stopping != null && scores().haveStalled(stopping.patience(), stopping.minDelta());
  }

  /// Evaluations that have not ended.
  public int pending() {
    return pending.size();
  }

  /// Nobody waits for the evaluations any more.
  public void abandon() {
    pending.forEach(step -> parts.evals().cancel(job(), step));
  }

  private CheckpointScores scores() {
    return new CheckpointScores(scores, !isByEval());
  }

  /// The step of the last checkpoint; 0 while there is none.
  public long lastStep() {
    return checkpoints.isEmpty() ? 0 : checkpoints.lastKey();
  }

  /// A checkpoint that becomes the run's model.
  ///
  /// @param by `eval_accuracy`, `valid_loss` or `last`
  public record Choice(StoredModel checkpoint, String by) {}

  /// The best checkpoint, or the last where that is asked for or none is known to be better. Empty
  /// while there is none.
  public Optional<Choice> choice() {
    if (checkpoints.isEmpty()) {
      return Optional.empty();
    }
    Optional<StoredModel> best =
        "last".equals(course().select()) ? Optional.empty() : scores().best().map(checkpoints::get);
    String by = isByEval() ? ACCURACY : "valid_loss";
    return Optional.of(
        best.map(found -> new Choice(found, by))
            .orElseGet(() -> new Choice(checkpoints.lastEntry().getValue(), "last")));
  }
}
