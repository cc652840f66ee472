package dev.cft.trainer.training;

import dev.cft.lm.CheckpointException;
import dev.cft.lm.Checkpoints;
import dev.cft.lm.ModelConfig;
import dev.cft.store.jobs.JobError;
import dev.cft.store.jobs.JobFailedException;
import dev.cft.store.specs.FineTuningSpec;
import dev.cft.store.specs.FineTuningSpec.Hyperparameters;
import dev.cft.trainer.engines.Engines;
import dev.cft.trainer.planning.Demand;
import dev.cft.trainer.planning.DiskNeed;
import dev.cft.trainer.planning.Failures;
import dev.cft.trainer.planning.Resources;
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

  ResourceCheck(Resources resources, Engines engines) {
    this.resources = resources;
    this.engines = engines;
  }

  /// @param prepared empty where the rows are at fault: then the longest row is taken to be as long
  ///   as the cutoff
  void check(
      FineTuningSpec spec, Path model, int cutoff, Optional<Prepared> prepared, Failures failures)
      throws IOException {
    String at = "method.%s.hyperparameters.".formatted(spec.method().type());
    prepared
        .flatMap(ready -> ready.batch().fault())
        .ifPresent(fault -> failures.add("invalid_batch", fault, at + "batch_size"));
    Demand demand =
        prepared.map(ready -> demand(spec, ready)).orElseGet(() -> demand(spec, model, cutoff));
    // The estimate is of one device: an engine that shares a model among several has another.
    if (!engines.of(spec.placed().engine()).usesSeveralGpus()) {
      checkMemory(demand, at, failures);
    }
    if (prepared.isPresent()) {
      resources
          .disk(demand)
          .excess()
          .ifPresent(fault -> failures.add("insufficient_disk", fault, at + "checkpoint_steps"));
    }
  }

  private void checkMemory(Demand demand, String at, Failures failures) {
    resources
        .memory(demand)
        .shortage()
        .ifPresent(fault -> failures.add("insufficient_memory", fault, at + "micro_batch_size"));
  }

  /// Why the run cannot start now although it fits the disk.
  Optional<String> shortage(FineTuningSpec spec, Prepared prepared) throws IOException {
    DiskNeed need = resources.disk(demand(spec, prepared));
    return need.shortage();
  }

  static Demand demand(FineTuningSpec spec, Prepared prepared) {
    Hyperparameters chosen = TrainSpecs.chosen(spec);
    boolean packed = Boolean.TRUE.equals(chosen.packing());
    int longest = Math.min(prepared.training().longest(), prepared.cutoff());
    return new Demand(
        config(prepared.model()),
        chosen,
        prepared.batch().micro(),
        packed ? prepared.cutoff() : longest,
        Extent.of(chosen, prepared).checkpoints(),
        spec.watched().keep());
  }

  private static Demand demand(FineTuningSpec spec, Path model, int cutoff) {
    Hyperparameters chosen = TrainSpecs.chosen(spec);
    int batch = chosen.batchSize() == null ? BatchPlan.PAPER_BATCH : chosen.batchSize();
    return new Demand(
        config(model),
        chosen,
        BatchPlan.of(chosen, batch, 1).micro(),
        cutoff,
        1,
        spec.watched().keep());
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
