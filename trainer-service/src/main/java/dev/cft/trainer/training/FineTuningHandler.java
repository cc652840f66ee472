package dev.cft.trainer.training;

import dev.cft.store.StoreJson;
import dev.cft.store.jobs.Job;
import dev.cft.store.jobs.JobError;
import dev.cft.store.jobs.JobEvent.Level;
import dev.cft.store.jobs.JobFailedException;
import dev.cft.store.jobs.JobHandler;
import dev.cft.store.jobs.JobId;
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
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/// Does fine-tuning jobs.
@Component
final class FineTuningHandler implements JobHandler {
  private static final Duration NEEDS_DELAY = Duration.ofSeconds(5);

  /// Linux's words for ENOSPC.
  private static final String NO_SPACE = "No space left on device";

  /// Our choice: room is made by hand, or by other runs that end.
  private static final Duration DISK_DELAY = Duration.ofSeconds(5);

  private final Inputs inputs;
  private final Preparation preparation;
  private final RunFolders folders;
  private final TrainingRuns runs;
  private final ResourceCheck resources;

  FineTuningHandler(
      Inputs inputs,
      Preparation preparation,
      RunFolders folders,
      TrainingRuns runs,
      ResourceCheck resources) {
    this.resources = resources;
    this.inputs = inputs;
    this.preparation = preparation;
    this.folders = folders;
    this.runs = runs;
  }

  @Override
  public JobKind kind() {
    return JobKind.FINE_TUNING;
  }

  /// A run stops after the step at hand, with a checkpoint.
  @Override
  public boolean yields() {
    return true;
  }

  /// Builds the data already and checks all of the spec, so that every fault is told before a slot
  /// is taken. Rows that a needed job has yet to write are checked when it has, and those for which
  /// the disk has no room now when it has.
  @Override
  public void validate(Job job) {
    FineTuningSpec spec = spec(job);
    Optional<Resolved> resolved = inputs.resolve(spec);
    if (resolved.isPresent()) {
      try {
        preparation.checked(spec, job.slots(), resolved.get(), folders.of(job.id()));
      } catch (IOException | UncheckedIOException failure) {
        if (!isNoSpace(failure)) {
          throw new IllegalStateException(failure);
        }
      }
    }
  }

  /// A full disk is no fault of the job's: it waits.
  @Override
  public Outcome run(JobRun run) throws Exception {
    try {
      return trained(run);
    } catch (IOException | UncheckedIOException failure) {
      if (!isNoSpace(failure)) {
        throw failure;
      }
      return new Outcome.Parked(
          "The run folder cannot be written: %s (%s)".formatted(NO_SPACE, failure.getMessage()),
          DISK_DELAY);
    }
  }

  private static boolean isNoSpace(Throwable failure) {
    Throwable cause = failure.getCause();
    return String.valueOf(failure.getMessage()).contains(NO_SPACE)
        || (cause != null && isNoSpace(cause));
  }

  private Outcome trained(JobRun run) throws IOException, InterruptedException {
    FineTuningSpec spec = spec(run.job());
    Optional<Resolved> resolved = inputs.resolve(spec);
    if (resolved.isEmpty()) {
      return new Outcome.Parked("a needed job has no result yet", NEEDS_DELAY);
    }
    RunFolder folder = folders.of(run.job().id());
    run.stage("preparing the training set");
    boolean hasBegun = Files.exists(folder.spec());
    Prepared prepared =
        hasBegun
            ? preparation.prepare(spec, run.job().slots(), resolved.get(), folder)
            : preparation.checked(spec, run.job().slots(), resolved.get(), folder);
    if (!hasBegun) {
      Optional<String> shortage = resources.shortage(spec, prepared);
      if (shortage.isPresent()) {
        return new Outcome.Parked(shortage.get(), DISK_DELAY);
      }
      resources.doubt(spec, prepared).ifPresent(doubt -> run.event(Level.WARN, doubt, null));
    }
    Path continued = continued(spec, run.job().id());
    return runs.run(
        run, new TrainingRuns.Plan(spec, resolved.get().model(), prepared, folder, continued));
  }

  /// The last checkpoint of the run that this one goes on from.
  private @Nullable Path continued(FineTuningSpec spec, JobId run) {
    var continues = spec.watched().continues();
    if (continues == null || folders.lastCheckpoint(run).isPresent()) {
      return null;
    }
    return folders
        .lastCheckpoint(new JobId(continues.job()))
        .orElseThrow(() ->
            new JobFailedException(
                new JobError(
                    "not_resumable",
                    "the last checkpoint of %s is gone".formatted(continues.job()),
                    "continues")));
  }

  private static FineTuningSpec spec(Job job) {
    return StoreJson.read(job.spec(), FineTuningSpec.class);
  }
}
