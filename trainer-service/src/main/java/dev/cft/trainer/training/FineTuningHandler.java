package dev.cft.trainer.training;

import dev.cft.store.StoreJson;
import dev.cft.store.jobs.Job;
import dev.cft.store.jobs.JobHandler;
import dev.cft.store.jobs.JobKind;
import dev.cft.store.jobs.JobRun;
import dev.cft.store.jobs.Outcome;
import dev.cft.store.specs.FineTuningSpec;
import dev.cft.trainer.runs.RunFolder;
import dev.cft.trainer.runs.RunFolders;
import dev.cft.trainer.training.Inputs.Resolved;
import dev.cft.trainer.training.Preparation.Prepared;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.Optional;
import org.springframework.stereotype.Component;

/// Does fine-tuning jobs.
@Component
final class FineTuningHandler implements JobHandler {
  private static final Duration NEEDS_DELAY = Duration.ofSeconds(5);

  private final Inputs inputs;
  private final Preparation preparation;
  private final RunFolders folders;
  private final TrainingRuns runs;

  FineTuningHandler(Inputs inputs, Preparation preparation, RunFolders folders, TrainingRuns runs) {
    this.inputs = inputs;
    this.preparation = preparation;
    this.folders = folders;
    this.runs = runs;
  }

  @Override
  public JobKind kind() {
    return JobKind.FINE_TUNING;
  }

  /// Builds the data already, so that a bad row is told before a slot is taken. Rows that a needed
  /// job has yet to write are checked when it has.
  @Override
  public void validate(Job job) {
    FineTuningSpec spec = spec(job);
    Optional<Resolved> resolved = inputs.resolve(spec);
    if (resolved.isPresent()) {
      try {
        preparation.prepare(spec, resolved.get(), folders.of(job.id()));
      } catch (IOException failure) {
        throw new UncheckedIOException(failure);
      }
    }
  }

  @Override
  public Outcome run(JobRun run) throws Exception {
    FineTuningSpec spec = spec(run.job());
    Optional<Resolved> resolved = inputs.resolve(spec);
    if (resolved.isEmpty()) {
      return new Outcome.Parked("a needed job has no result yet", NEEDS_DELAY);
    }
    RunFolder folder = folders.of(run.job().id());
    run.stage("preparing the training set");
    Prepared prepared = preparation.prepare(spec, resolved.get(), folder);
    return runs.run(run, new TrainingRuns.Plan(spec, resolved.get().model(), prepared, folder));
  }

  private static FineTuningSpec spec(Job job) {
    return StoreJson.read(job.spec(), FineTuningSpec.class);
  }
}
