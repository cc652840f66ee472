package dev.cft.trainer.training;

import dev.cft.store.StoreJson;
import dev.cft.store.jobs.Job;
import dev.cft.store.jobs.JobEvent.Level;
import dev.cft.store.jobs.JobRun;
import dev.cft.store.jobs.JobRun.Signal;
import dev.cft.store.jobs.JobStatus;
import dev.cft.store.jobs.LeaseLostException;
import dev.cft.store.jobs.Outcome;
import dev.cft.store.models.Models;
import dev.cft.store.models.StoredModel;
import dev.cft.store.specs.FineTuningSpec;
import dev.cft.trainer.TrainerProperties;
import dev.cft.trainer.engines.Engine;
import dev.cft.trainer.engines.Engines;
import dev.cft.trainer.launching.LaunchOrder;
import dev.cft.trainer.launching.Launcher;
import dev.cft.trainer.launching.PlaceUnavailableException;
import dev.cft.trainer.launching.TrainingProcess;
import dev.cft.trainer.models.ModelRegistry;
import dev.cft.trainer.models.ModelRegistry.Trained;
import dev.cft.trainer.presets.Preset;
import dev.cft.trainer.runs.RunFolder;
import dev.cft.trainer.runs.TrainSpec;
import dev.cft.trainer.selection.CheckpointWatch;
import dev.cft.trainer.training.Preparation.Prepared;
import dev.cft.trainer.usage.Usage;
import dev.cft.trainer.usage.UsageMeter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;
import tools.jackson.databind.node.ObjectNode;

/// Runs a prepared job's training process from start, or from the run folder's newest checkpoint,
/// to its end.
@Component
final class TrainingRuns {
  private static final Duration POLL = Duration.ofMillis(250);

  /// A cluster that does not answer is no fault of the job: it waits, some retry delays each time.
  private static final int PLACE_FAULT_DELAYS = 6;

  private final Launcher launcher;
  private final Engines engines;
  private final Usage usage;
  private final ModelRegistry registry;
  private final Models models;
  private final CheckpointWatch.Parts watching;
  private final Completion completion;
  private final TrainerProperties properties;

  TrainingRuns(
      Place place,
      ModelRegistry registry,
      Models models,
      CheckpointWatch.Parts watching,
      Completion completion,
      TrainerProperties properties) {
    this.launcher = place.launcher();
    this.engines = place.engines();
    this.usage = place.usage();
    this.registry = registry;
    this.models = models;
    this.watching = watching;
    this.completion = completion;
    this.properties = properties;
  }

  /// Where and by what runs are trained, and who counts it.
  @Component
  record Place(Launcher launcher, Engines engines, Usage usage) {}

  /// A job ready to train.
  ///
  /// @param continued the checkpoint of another run that it goes on from
  record Plan(
      FineTuningSpec spec,
      StoredModel parent,
      Prepared prepared,
      RunFolder folder,
      @Nullable Path continued) {
    Trained trained(JobRun run, long step, ObjectNode metrics) {
      return new Trained(parent, run.job().id(), spec.suffix(), step, metrics);
    }
  }

  /// An attempt: who follows the process, and who watches its checkpoints.
  private record Attempt(JobRun run, Plan plan, RunFollower follower, CheckpointWatch watch) {}

  Outcome run(JobRun run, Plan plan) throws IOException, InterruptedException {
    Attempt attempt = attempt(run, plan);
    try {
      return trained(attempt);
    } catch (PlaceUnavailableException failure) {
      return new Outcome.Parked(
          String.valueOf(failure.getMessage()),
          properties.local().retryDelay().multipliedBy(PLACE_FAULT_DELAYS));
    } catch (LeaseLostException lost) {
      tidyIfCancelled(attempt);
      throw lost;
    }
  }

  private Outcome trained(Attempt attempt) throws IOException, InterruptedException {
    Plan plan = attempt.plan();
    boolean isJoined = launcher.isUnderway(attempt.run().job().id(), plan.folder());
    // An earlier attempt has trained to the end, and did not get to make the model.
    if (plan.folder().result().isPresent() || (!isJoined && attempt.watch().hasStalled())) {
      attempt.follower().poll();
      return finished(attempt, attempt.watch().hasStalled());
    }
    Engine engine = engines.of(plan.spec().placed().engine());
    if (!isJoined) {
      begin(attempt, engine);
    }
    End end = launched(attempt, engine, isJoined);
    if (end.isEarly()) {
      launcher.forget(attempt.run().job().id());
    }
    return end.isWhole() ? finished(attempt, end.isEarly()) : end.outcome(plan, properties);
  }

  private End launched(Attempt attempt, Engine engine, boolean isJoined)
      throws IOException, InterruptedException {
    Job job = attempt.run().job();
    RunFolder folder = attempt.plan().folder();
    String image = engine.image().orElse(null);
    var order =
        new LaunchOrder(job.id(), job.slots(), job.priority(), engine.mainClass(), image, folder);
    var story = new RunStory(attempt.run());
    try (TrainingProcess process = launcher.start(order);
        UsageMeter meter = usage.meter(job, launcher.hasGpus(), isJoined)) {
      if (isJoined) {
        story.joined(process);
      } else {
        story.started(folder, process);
      }
      return follow(attempt, process, meter, new Silence(folder, properties.silence()));
    }
  }

  private void begin(Attempt attempt, Engine engine) throws IOException {
    Plan plan = attempt.plan();
    TrainSpec spec = writeSpec(plan);
    var story = new RunStory(attempt.run());
    story.told(plan.prepared(), spec);
    story.toldOf(plan.spec());
    plan.folder().forgetEnd();
    prepare(attempt.run(), plan, engine, spec);
  }

  private static TrainSpec writeSpec(Plan plan) throws IOException {
    RunFolder folder = plan.folder();
    String model = folder.linkModel(plan.prepared().model());
    Path from = plan.continued();
    String continued = from == null ? null : folder.linkContinued(from);
    TrainSpec spec = TrainSpecs.of(plan.spec(), model, continued, plan.prepared());
    // A run that has begun keeps its spec to the letter: the engine resumes no other.
    if (!Files.exists(folder.spec()) || folder.checkpoints().isEmpty()) {
      folder.write(folder.spec(), spec);
    }
    return spec;
  }

  private Attempt attempt(JobRun run, Plan plan) {
    Extent extent = Extent.of(TrainSpecs.chosen(plan.spec()), plan.prepared());
    // How many steps packed rows make is known to the engine only.
    boolean packed = Boolean.TRUE.equals(TrainSpecs.chosen(plan.spec()).packing());
    var schedule = new CheckpointWatch.Schedule(packed ? 1 : extent.saveSteps(), extent.steps());
    var watch = new CheckpointWatch(run, plan.spec(), schedule, watching);
    models.checkpointsOf(run.job().id().value()).forEach(watch::created);
    Trained lineage = plan.trained(run, 0, StoreJson.mapper().createObjectNode());
    var told = watching.jobs().lastSteps(run.job().id());
    var follower = new RunFollower(run, plan.folder(), registry, lineage, watch, told);
    return new Attempt(run, plan, follower, watch);
  }

  private void prepare(JobRun run, Plan plan, Engine engine, TrainSpec spec) throws IOException {
    String named = plan.spec().placed().preset();
    Preset preset = named == null ? null : Preset.named(named).orElse(null);
    int gpus = launcher.hasGpus() ? run.job().slots() : 0;
    engine
        .prepare(
            new Engine.Setup(
                plan.folder(), spec, plan.prepared().training().targetTokens(), gpus, preset))
        .ifPresent(word -> run.event(Level.WARN, word, null));
  }

  /// A cancelled job never resumes; its checkpoints are models by now.
  private void tidyIfCancelled(Attempt attempt) throws IOException {
    boolean isCancelled =
        watching
            .jobs()
            .find(attempt.run().job().id())
            .filter(job -> job.status() == JobStatus.CANCELLED)
            .isPresent();
    if (isCancelled) {
      launcher.forget(attempt.run().job().id());
      attempt.plan().folder().prune(0, Long.MAX_VALUE);
      attempt.watch().abandon();
    }
  }

  /// How a process ended.
  ///
  /// @param isEarly it was stopped because the run had stalled
  /// @param cause of death, where the launcher knows
  private record End(int exit, Signal asked, boolean isEarly, @Nullable String cause) {
    boolean isWhole() {
      return exit == RunEnd.DONE || (isEarly && exit == RunEnd.STOPPED);
    }

    Outcome outcome(Plan plan, TrainerProperties properties) {
      return new RunEnd(plan.folder(), properties.local().retryDelay(), cause).of(exit, asked);
    }
  }

  private static End follow(
      Attempt attempt, TrainingProcess process, UsageMeter meter, Silence silence)
      throws IOException, InterruptedException {
    var asked = Signal.GO_ON;
    boolean isEarly = false;
    String hung = null;
    OptionalInt exit = OptionalInt.empty();
    while (exit.isEmpty()) {
      exit = process.await(POLL);
      attempt.follower().poll();
      attempt.watch().look();
      boolean isHeard = tell(attempt.run(), process);
      meter.tick(process.waitsFor().isEmpty());
      if (attempt.watch().hasStalled()) {
        isEarly = true;
        process.stop();
      }
      if (silence.isTooLong(isHeard || process.waitsFor().isPresent()) && hung == null) {
        hung = silence.words();
        attempt.run().event(Level.WARN, "Ended by this service: " + hung, null);
        process.kill();
      }
      asked = pass(attempt.run(), process, asked);
      if (asked == Signal.SHUTDOWN && process.outlivesService()) {
        return new End(RunEnd.STOPPED, asked, false, null);
      }
    }
    attempt.follower().poll();
    tell(attempt.run(), process);
    String cause = hung == null ? process.causeOfDeath().orElse(null) : hung;
    return new End(exit.getAsInt(), asked, isEarly, cause);
  }

  /// Answers whether there was anything to tell.
  private static boolean tell(JobRun run, TrainingProcess process) {
    List<TrainingProcess.News> all = process.news();
    for (TrainingProcess.News news : all) {
      run.event(news.isWarning() ? Level.WARN : Level.INFO, news.words(), null);
    }
    run.stage(process.waitsFor().orElse("training"));
    return !all.isEmpty();
  }

  /// Hands a request on to the process, once.
  private static Signal pass(JobRun run, TrainingProcess process, Signal asked) {
    Signal signal = run.signal();
    switch (signal) {
      case GO_ON -> {}
      case PAUSE, YIELD -> process.stop();
      case SHUTDOWN -> {
        if (!process.outlivesService()) {
          process.stop();
        }
      }
      case LEASE_LOST -> {
        process.leave();
        throw new LeaseLostException(run.job().id());
      }
    }
    return signal == Signal.GO_ON ? asked : signal;
  }

  /// The process has ended and its slot is free; evaluations may still run.
  private Outcome finished(Attempt attempt, boolean isEarly)
      throws IOException, InterruptedException {
    JobRun run = attempt.run();
    if (isEarly) {
      run.event(Level.INFO, "Training ended early: the last checkpoints were no better", null);
    }
    attempt.watch().look();
    while (attempt.watch().pending() > 0) {
      run.stage(
          "waiting for the evaluation of %d checkpoints".formatted(attempt.watch().pending()));
      switch (run.signal()) {
        case GO_ON -> Thread.sleep(POLL);
        case PAUSE -> {
          return new Outcome.Paused();
        }
        case SHUTDOWN, YIELD -> {
          return new Outcome.Released();
        }
        case LEASE_LOST -> throw new LeaseLostException(run.job().id());
      }
      attempt.watch().look();
    }
    return completion
        .of(run, attempt.plan(), attempt.follower(), attempt.watch())
        .<Outcome>map(done -> done)
        .orElseGet(() -> withoutResult(attempt.plan()));
  }

  private Outcome withoutResult(Plan plan) {
    return new RunEnd(plan.folder(), properties.local().retryDelay()).withoutResult();
  }
}
