package dev.cft.trainer.training;

import dev.cft.store.StoreJson;
import dev.cft.store.jobs.JobEvent.Level;
import dev.cft.store.jobs.JobRun;
import dev.cft.store.jobs.Progress;
import dev.cft.store.models.StoredModel;
import dev.cft.trainer.models.ModelRegistry;
import dev.cft.trainer.models.ModelRegistry.Trained;
import dev.cft.trainer.runs.RunFolder;
import dev.cft.trainer.runs.RunFolder.Checkpoint;
import dev.cft.trainer.runs.TrainerLog;
import dev.cft.trainer.runs.TrainerLog.Entry;
import dev.cft.trainer.selection.CheckpointWatch;
import java.io.IOException;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.node.ObjectNode;

/// Turns what a training process writes into progress, events, metric series and models.
final class RunFollower {
  /// Our names by the log's; the first is OpenAI's.
  private static final Map<String, String> METRICS = metrics();

  /// Kept in the run folder: the one to resume from, and the one before it in case of a bad disk.
  private static final int KEPT_CHECKPOINTS = 2;

  private final JobRun run;
  private final RunFolder folder;
  private final ModelRegistry registry;
  private final Trained lineage;
  private final CheckpointWatch watch;
  private final TrainerLog log;
  private final Map<Long, ObjectNode> byStep = new HashMap<>();
  private final Map<String, Long> told;
  private long registeredStep = -1;
  private long trainedTokens;

  /// @param lineage of the models to come; its step and metrics are not used
  /// @param watch hears of every checkpoint
  /// @param told the last step of each metric that earlier attempts told. Those after the
  ///   checkpoint come twice, from the log that a dead process left and from the one that a resumed
  ///   process puts in its place
  RunFollower(
      JobRun run,
      RunFolder folder,
      ModelRegistry registry,
      Trained lineage,
      CheckpointWatch watch,
      Map<String, Long> told) {
    this.watch = watch;
    this.run = run;
    this.folder = folder;
    this.registry = registry;
    this.lineage = lineage;
    this.log = new TrainerLog(folder.log());
    this.told = new HashMap<>(told);
  }

  private static Map<String, String> metrics() {
    var names = new LinkedHashMap<String, String>();
    names.put("loss", "train_loss");
    names.put("eval_loss", "valid_loss");
    names.put("lr", "learning_rate");
    names.put("grad_norm", "grad_norm");
    names.put("tokens_per_second", "tokens_per_second");
    names.put("peak_memory_bytes", "peak_memory_bytes");
    return names;
  }

  /// Takes what is new. Checkpoints are listed first: the log then tells of every step up to them.
  void poll() throws IOException {
    List<Checkpoint> checkpoints = folder.checkpoints();
    List<Entry> entries = log.poll();
    entries.forEach(this::take);
    if (!entries.isEmpty()) {
      Entry last = entries.getLast();
      run.progress(new Progress(last.step(), last.totalSteps(), "steps"));
    }
    for (Checkpoint checkpoint : checkpoints) {
      if (checkpoint.step() > registeredStep) {
        register(checkpoint);
      }
    }
    folder.prune(KEPT_CHECKPOINTS, registeredStep);
  }

  /// Trained tokens so far.
  long trainedTokens() {
    return trainedTokens;
  }

  /// Metrics told at that step, with `step` at least.
  ObjectNode metricsAt(long step) {
    return byStep.getOrDefault(step, StoreJson.mapper().createObjectNode().put("step", step));
  }

  private void take(Entry entry) {
    var values = new LinkedHashMap<String, Double>();
    METRICS.forEach((theirs, ours) -> {
      Double value = entry.number(theirs);
      if (value != null) {
        values.put(ours, value);
      }
    });
    ObjectNode data =
        byStep.computeIfAbsent(
            entry.step(), step -> StoreJson.mapper().createObjectNode().put("step", step));
    values.forEach(data::put);
    trainedTokens = Math.max(trainedTokens, entry.json().path("trained_tokens").asLong(0));
    tell(entry.step(), values);
  }

  private void tell(long step, Map<String, Double> values) {
    var news = new LinkedHashMap<>(values);
    news.keySet().removeIf(name -> told.getOrDefault(name, -1L) >= step);
    if (!news.isEmpty()) {
      run.metrics(step, news);
      news.keySet().forEach(name -> told.put(name, step));
    }
  }

  private void register(Checkpoint checkpoint) throws IOException {
    long step = checkpoint.step();
    var trained =
        new Trained(lineage.parent(), lineage.job(), lineage.suffix(), step, metricsAt(step));
    boolean isNew = !registry.isRegistered(trained);
    StoredModel newest = registry.registerCheckpoint(run, trained, checkpoint.folder());
    registeredStep = step;
    watch.created(newest);
    run.saved();
    if (isNew) {
      run.event(
          Level.INFO,
          "Checkpoint created at step %d: %s".formatted(step, newest.id()),
          StoreJson.mapper().createObjectNode().put("step", step).put("model", newest.id()));
    }
  }
}
