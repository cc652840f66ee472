package dev.cft.trainer.training;

import dev.cft.store.StoreJson;
import dev.cft.store.jobs.JobEvent.Level;
import dev.cft.store.jobs.JobRun;
import dev.cft.store.specs.FineTuningSpec;
import dev.cft.trainer.launching.TrainingProcess;
import dev.cft.trainer.runs.RunFolder;
import dev.cft.trainer.runs.RunFolder.Checkpoint;
import dev.cft.trainer.runs.TrainSpec;
import dev.cft.trainer.training.Preparation.Prepared;
import dev.cft.trainer.trainingsets.TrainingSet;
import java.util.List;
import java.util.Optional;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// Tells a run's beginning as events.
final class RunStory {
  private final JobRun run;

  RunStory(JobRun run) {
    this.run = run;
  }

  /// What will be trained and how; once, on the first attempt.
  void told(Prepared prepared, TrainSpec spec) {
    if (run.job().attempts() > 1) {
      return;
    }
    told("Training set", prepared.training(), prepared.cutoff());
    if (prepared.validation() != null) {
      told("Validation set", prepared.validation(), prepared.cutoff());
    }
    BatchPlan batch = prepared.batch();
    if (batch.isCut()) {
      run.event(Level.INFO, wholeBatch(batch), null);
    }
    ObjectNode data = StoreJson.object(spec);
    data.remove("model_name_or_path");
    run.event(
        Level.INFO,
        "Hyperparameters: batch %d = %d x %d%s, learning rate %s %s"
            .formatted(
                batch.batch(),
                batch.micro(),
                batch.accumulation(),
                batch.devices() == 1 ? "" : " x %d GPUs".formatted(batch.devices()),
                spec.learningRate(),
                spec.lrSchedulerType()),
        data);
  }

  /// Says that nothing is sent to what the client named.
  void toldOf(FineTuningSpec spec) {
    List<JsonNode> integrations = spec.watched().integrations();
    if (integrations != null && run.job().attempts() <= 1) {
      run.event(
          Level.WARN,
          "integrations are kept with the job and nothing is sent to them: the metrics are at"
              + " /metrics and, at the end, in the result file",
          null);
    }
  }

  private void told(String what, TrainingSet set, int cutoff) {
    run.event(
        Level.INFO,
        "%s: %d of %d rows, %d tokens, of which %d are trained; longest row %d tokens"
            .formatted(
                what, set.rows(), set.read(), set.tokens(), set.targetTokens(), set.longest()),
        StoreJson.object(set));
    cut(what, set, cutoff).ifPresent(words -> run.event(Level.WARN, words, null));
  }

  /// What cutting takes from a set; empty where nothing is cut.
  static Optional<String> cut(String what, TrainingSet set, int cutoff) {
    if (set.cut() == 0) {
      return Optional.empty();
    }
    return Optional.of(
        ("%s: %d rows are longer than cutoff_len %d and are cut; %d of them lose the end of"
                + " their target, %d are left out because nothing of it remains%s")
            .formatted(
                what,
                set.cut(),
                cutoff,
                set.cutTargets(),
                set.withoutTarget(),
                set.firstCutTargets().isEmpty() ? "" : ": rows " + set.cutTargetsInWords()));
  }

  static String wholeBatch(BatchPlan batch) {
    return "The batch is all %d rows: there are fewer than %d"
        .formatted(batch.batch(), batch.wanted());
  }

  /// A process that goes on from before this service watched it.
  void joined(TrainingProcess process) {
    run.event(Level.INFO, "Joined what was started before: " + process.where(), null);
  }

  void started(RunFolder folder, TrainingProcess process) {
    List<Checkpoint> checkpoints = folder.checkpoints();
    String from =
        checkpoints.isEmpty() ? "" : ", resumed from step " + checkpoints.getLast().step();
    run.event(Level.INFO, "Training started: " + process.where() + from, null);
    run.stage("training");
  }
}
