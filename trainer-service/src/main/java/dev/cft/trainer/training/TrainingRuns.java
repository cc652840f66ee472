package dev.cft.trainer.training;

import dev.cft.store.StoreJson;
import dev.cft.store.jobs.JobEvent.Level;
import dev.cft.store.jobs.JobRun;
import dev.cft.store.jobs.JobRun.Signal;
import dev.cft.store.jobs.JobStatus;
import dev.cft.store.jobs.Jobs;
import dev.cft.store.jobs.LeaseLostException;
import dev.cft.store.jobs.Outcome;
import dev.cft.store.models.StoredModel;
import dev.cft.store.specs.FineTuningSpec;
import dev.cft.trainer.TrainerProperties;
import dev.cft.trainer.launching.Launcher;
import dev.cft.trainer.launching.TrainingProcess;
import dev.cft.trainer.models.ModelRegistry;
import dev.cft.trainer.models.ModelRegistry.Trained;
import dev.cft.trainer.runs.RunFolder;
import dev.cft.trainer.runs.TrainSpec;
import dev.cft.trainer.training.Preparation.Prepared;
import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.SortedMap;
import org.springframework.stereotype.Component;
import tools.jackson.databind.node.ObjectNode;

/// Runs a prepared job's training process from start, or from the run folder's newest checkpoint,
/// to its end.
@Component
final class TrainingRuns {
  private static final Duration POLL = Duration.ofMillis(250);

  private final Launcher launcher;
  private final ModelRegistry registry;
  private final Jobs jobs;
  private final TrainerProperties properties;

  TrainingRuns(Launcher launcher, ModelRegistry registry, Jobs jobs, TrainerProperties properties) {
    this.launcher = launcher;
    this.registry = registry;
    this.jobs = jobs;
    this.properties = properties;
  }

  /// A job ready to train.
  record Plan(FineTuningSpec spec, StoredModel parent, Prepared prepared, RunFolder folder) {}

  Outcome run(JobRun run, Plan plan) throws IOException, InterruptedException {
    String model = plan.folder().linkModel(plan.prepared().model());
    TrainSpec spec = TrainSpecs.of(plan.spec(), model, plan.prepared());
    plan.folder().write(plan.folder().spec(), spec);
    plan.folder().forgetEnd();
    var story = new RunStory(run);
    story.told(plan.prepared(), spec);
    run.stage("waiting for a slot of this machine");
    try (TrainingProcess process = launcher.start(run.job().id(), plan.folder())) {
      story.started(plan.folder(), process);
      return follow(run, plan, process);
    } catch (LeaseLostException lost) {
      tidyIfCancelled(run, plan);
      throw lost;
    }
  }

  /// A cancelled job never resumes; its checkpoints are models by now.
  private void tidyIfCancelled(JobRun run, Plan plan) throws IOException {
    boolean isCancelled =
        jobs.find(run.job().id()).filter(job -> job.status() == JobStatus.CANCELLED).isPresent();
    if (isCancelled) {
      plan.folder().prune(0, Long.MAX_VALUE);
    }
  }

  private Outcome follow(JobRun run, Plan plan, TrainingProcess process)
      throws IOException, InterruptedException {
    var follower =
        new RunFollower(run, plan.folder(), registry, lineage(run, plan), toldBefore(run));
    var asked = Signal.GO_ON;
    OptionalInt exit = OptionalInt.empty();
    while (exit.isEmpty()) {
      exit = process.await(POLL);
      follower.poll();
      asked = pass(run, process, asked);
    }
    follower.poll();
    return exit.getAsInt() == RunEnd.DONE
        ? succeeded(run, plan, follower)
        : end(plan).of(exit.getAsInt(), asked);
  }

  /// Hands a request on to the process, once.
  private static Signal pass(JobRun run, TrainingProcess process, Signal asked) {
    Signal signal = run.signal();
    switch (signal) {
      case GO_ON -> {}
      case PAUSE, SHUTDOWN -> process.stop();
      case LEASE_LOST -> {
        process.kill();
        throw new LeaseLostException(run.job().id());
      }
    }
    return signal == Signal.GO_ON ? asked : signal;
  }

  private Outcome succeeded(JobRun run, Plan plan, RunFollower follower) throws IOException {
    Optional<ObjectNode> engineResult = plan.folder().result();
    StoredModel last = follower.newest();
    if (engineResult.isEmpty() || last == null || last.step() == null) {
      return end(plan).withoutResult();
    }
    long step = last.step();
    Trained trained =
        new Trained(
            plan.parent(), run.job().id(), plan.spec().suffix(), step, follower.metricsAt(step));
    StoredModel model = registry.fineTuned(trained, last);
    run.fenced(() -> {
      registry.register(model);
      return model;
    });
    run.event(Level.INFO, "New fine-tuned model created: " + model.id(), null);
    plan.folder().prune(0, step);
    return new Outcome.Succeeded(result(plan, model, step, engineResult.get()));
  }

  private static ObjectNode result(
      Plan plan, StoredModel model, long steps, ObjectNode engineResult) {
    ObjectNode result = StoreJson.mapper().createObjectNode().put("fine_tuned_model", model.id());
    result.put("trained_tokens", engineResult.path("trained_tokens").asLong(0));
    result.set("train_loss", engineResult.path("train_loss"));
    result.put("steps", steps);
    result.put("rows", plan.prepared().rows());
    result.put("data_hash", plan.prepared().training().sha256());
    result.put("model_hash", model.hash());
    result.put("base_hash", plan.parent().hash());
    return result;
  }

  private Trained lineage(JobRun run, Plan plan) {
    return new Trained(
        plan.parent(),
        run.job().id(),
        plan.spec().suffix(),
        0,
        StoreJson.mapper().createObjectNode());
  }

  private long toldBefore(JobRun run) {
    SortedMap<Long, Double> told = jobs.metric(run.job().id(), "train_loss");
    return told.isEmpty() ? 0 : told.lastKey();
  }

  private RunEnd end(Plan plan) {
    return new RunEnd(plan.folder(), properties.local().retryDelay());
  }
}
