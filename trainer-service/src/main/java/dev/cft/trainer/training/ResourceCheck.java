package dev.cft.trainer.training;

import dev.cft.lm.CheckpointException;
import dev.cft.lm.Checkpoints;
import dev.cft.lm.ModelConfig;
import dev.cft.store.jobs.JobError;
import dev.cft.store.jobs.JobFailedException;
import dev.cft.store.specs.FineTuningSpec;
import dev.cft.store.specs.FineTuningSpec.Hyperparameters;
import dev.cft.trainer.engines.Engines;
import dev.cft.trainer.launching.Launcher;
import dev.cft.trainer.planning.Demand;
import dev.cft.trainer.planning.Demand.Trainer;
import dev.cft.trainer.planning.DiskNeed;
import dev.cft.trainer.planning.Failures;
import dev.cft.trainer.planning.MemoryNeed;
import dev.cft.trainer.planning.Resources;
import dev.cft.trainer.presets.Preset;
import dev.cft.trainer.training.Preparation.Prepared;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import org.springframework.stereotype.Component;

/// Whether a job's batch can be shared out, and fits into memory and on the disk.
@Component
final class ResourceCheck {
  private final Resources resources;
  private final Engines engines;
  private final Launcher launcher;

  ResourceCheck(Resources resources, Engines engines, Launcher launcher) {
    this.resources = resources;
    this.engines = engines;
    this.launcher = launcher;
  }

  /// GPUs that share the batch of a job that takes so many slots; a CPU is one, whatever its slots.
  int devices(FineTuningSpec spec, int slots) {
    return launcher.hasGpus() && engines.of(spec.placed().engine()).usesSeveralGpus() ? slots : 1;
  }

  /// @param prepared empty where the rows are at fault: then the longest row is taken to be as long
  ///   as the cutoff
  void check(
      FineTuningSpec spec,
      Path model,
      int cutoff,
      int devices,
      Optional<Prepared> prepared,
      Failures failures)
      throws IOException {
    String at = "method.%s.hyperparameters.".formatted(spec.method().type());
    prepared
        .flatMap(ready -> ready.batch().fault())
        .ifPresent(fault -> failures.add("invalid_batch", fault, at + "batch_size"));
    Demand demand =
        prepared
            .map(ready -> demand(spec, ready))
            .orElseGet(() -> demand(spec, model, cutoff, devices));
    checkMemory(demand, at, failures);
    if (prepared.isPresent()) {
      resources
          .disk(demand)
          .excess()
          .ifPresent(fault -> failures.add("insufficient_disk", fault, at + "checkpoint_steps"));
    }
  }

  private void checkMemory(Demand demand, String at, Failures failures) {
    MemoryNeed need = resources.memory(demand);
    if (!isOnlyDoubtful(demand, need)) {
      need.shortage()
          .ifPresent(fault -> failures.add("insufficient_memory", fault, at + "micro_batch_size"));
    }
  }

  /// What another trainer than ours keeps of a forward pass is known roughly.
  private static boolean isOnlyDoubtful(Demand demand, MemoryNeed need) {
    return demand.trainer().sharesModel() && need.isRoomForStates();
  }

  /// That the run may not fit, where that is not certain.
  Optional<String> doubt(FineTuningSpec spec, Prepared prepared) {
    Demand demand = demand(spec, prepared);
    MemoryNeed need = resources.memory(demand);
    return need.shortage()
        .filter(_ -> isOnlyDoubtful(demand, need))
        .map(words -> "it may not fit: " + words);
  }

  /// Why the run cannot start now although it fits the disk.
  Optional<String> shortage(FineTuningSpec spec, Prepared prepared) throws IOException {
    DiskNeed need = resources.disk(demand(spec, prepared));
    return need.shortage();
  }

  Demand demand(FineTuningSpec spec, Prepared prepared) {
    Hyperparameters chosen = TrainSpecs.chosen(spec);
    boolean packed = Boolean.TRUE.equals(chosen.packing());
    int longest = Math.min(prepared.training().longest(), prepared.cutoff());
    return new Demand(
        config(prepared.model()),
        chosen,
        trainer(spec, prepared.batch().devices()),
        prepared.batch().micro(),
        packed ? prepared.cutoff() : longest,
        Extent.of(chosen, prepared).checkpoints(),
        spec.watched().keep());
  }

  private Demand demand(FineTuningSpec spec, Path model, int cutoff, int devices) {
    Hyperparameters chosen = TrainSpecs.chosen(spec);
    int batch = chosen.batchSize() == null ? BatchPlan.PAPER_BATCH : chosen.batchSize();
    return new Demand(
        config(model),
        chosen,
        trainer(spec, devices),
        BatchPlan.of(chosen, batch, devices).micro(),
        cutoff,
        1,
        spec.watched().keep());
  }

  private Trainer trainer(FineTuningSpec spec, int devices) {
    return new Trainer(
        engines.of(spec.placed().engine()).usesSeveralGpus(), devices, precision(spec));
  }

  private static String precision(FineTuningSpec spec) {
    String asked = TrainSpecs.chosen(spec).precision();
    if (asked != null) {
      return asked;
    }
    String preset = spec.placed().preset();
    boolean isBf16 =
        preset != null
            && Preset.named(preset)
                .filter(named -> Boolean.TRUE.equals(named.llamaFactory().get("bf16")))
                .isPresent();
    return isBf16 ? "bf16" : "fp32";
  }

  private static ModelConfig config(Path model) {
    try {
      return Checkpoints.check(model);
    } catch (CheckpointException broken) {
      throw new JobFailedException(
          new JobError("invalid_checkpoint", String.valueOf(broken.getMessage()), "model"));
    }
  }
}
