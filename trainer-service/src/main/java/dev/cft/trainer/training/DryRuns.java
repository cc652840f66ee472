package dev.cft.trainer.training;

import dev.cft.store.jobs.JobError;
import dev.cft.store.jobs.JobFailedException;
import dev.cft.store.specs.FineTuningSpec;
import dev.cft.store.specs.FineTuningSpec.Hyperparameters;
import dev.cft.trainer.planning.Demand;
import dev.cft.trainer.planning.DiskNeed;
import dev.cft.trainer.planning.Pace;
import dev.cft.trainer.planning.Resources;
import dev.cft.trainer.planning.TrainingPlan;
import dev.cft.trainer.runs.RunFolder;
import dev.cft.trainer.runs.RunFolders;
import dev.cft.trainer.training.Inputs.Resolved;
import dev.cft.trainer.training.Preparation.Prepared;
import dev.cft.trainer.trainingsets.TrainingSet;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.springframework.stereotype.Component;
import org.springframework.util.FileSystemUtils;

/// Prepares a job in a folder that is thrown away, and tells what the job would do.
@Component
public final class DryRuns {
  private final Inputs inputs;
  private final Preparation preparation;
  private final Resources resources;
  private final ResourceCheck check;
  private final Pace pace;
  private final RunFolders folders;

  DryRuns(
      Inputs inputs,
      Preparation preparation,
      Resources resources,
      ResourceCheck check,
      Pace pace,
      RunFolders folders) {
    this.inputs = inputs;
    this.preparation = preparation;
    this.resources = resources;
    this.check = check;
    this.pace = pace;
    this.folders = folders;
  }

  /// What the job would do, without one.
  ///
  /// @param slots that the job would take
  /// @throws JobFailedException naming every fault
  public TrainingPlan plan(FineTuningSpec spec, int slots) throws IOException {
    Resolved resolved =
        inputs
            .resolve(spec)
            .orElseThrow(() ->
                new JobFailedException(
                    new JobError(
                        "not_ready",
                        "a job whose result is needed has not ended; the plan is known when it has",
                        "training_file")));
    RunFolder folder = folders.temporary();
    try {
      return plan(spec, resolved, preparation.checked(spec, slots, resolved, folder));
    } finally {
      FileSystemUtils.deleteRecursively(folder.path());
    }
  }

  private TrainingPlan plan(FineTuningSpec spec, Resolved resolved, Prepared prepared)
      throws IOException {
    Hyperparameters chosen = TrainSpecs.chosen(spec);
    Extent extent = Extent.of(chosen, prepared);
    Demand demand = check.demand(spec, prepared);
    DiskNeed disk = resources.disk(demand);
    BatchPlan batch = prepared.batch();
    long tokens = Math.round(prepared.training().tokens() * extent.epochs());
    return new TrainingPlan(
        "fine_tuning.job.plan",
        resolved.model().id(),
        prepared.training(),
        prepared.validation(),
        prepared.cutoff(),
        new TrainingPlan.Batch(
            batch.batch(),
            batch.micro(),
            batch.accumulation(),
            batch.devices(),
            extent.stepsPerEpoch()),
        extent.steps(),
        extent.epochs(),
        tokens,
        extent.checkpoints(),
        resources.memory(demand),
        disk,
        pace.of(resolved.model().id(), tokens).map(Duration::toSeconds).orElse(null),
        warnings(spec, prepared, disk));
  }

  private List<String> warnings(FineTuningSpec spec, Prepared prepared, DiskNeed disk) {
    var warnings = new ArrayList<String>();
    RunStory.cut("Training set", prepared.training(), prepared.cutoff()).ifPresent(warnings::add);
    TrainingSet validation = prepared.validation();
    if (validation != null) {
      RunStory.cut("Validation set", validation, prepared.cutoff()).ifPresent(warnings::add);
    }
    if (prepared.batch().isCut()) {
      warnings.add(RunStory.wholeBatch(prepared.batch()));
    }
    check.doubt(spec, prepared).ifPresent(warnings::add);
    disk.shortage().ifPresent(words -> warnings.add("the job would wait: " + words));
    return warnings;
  }
}
