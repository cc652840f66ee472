package dev.cft.trainer.planning;

import dev.cft.lm.ModelConfig;
import dev.cft.lm.training.MemoryEstimate;
import dev.cft.store.specs.FineTuningSpec.Hyperparameters;
import dev.cft.store.specs.FineTuningSpec.Keep;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// What a run asks of a machine.
///
/// @param micro rows in one forward pass of one device
/// @param longest tokens of the longest row, after cutting
/// @param checkpoints written over the whole run
/// @param keep which of them stay; null for all
public record Demand(
    ModelConfig config,
    Hyperparameters chosen,
    Trainer trainer,
    int micro,
    int longest,
    long checkpoints,
    @Nullable Keep keep) {
  /// LLaMA-Factory's default.
  private static final int LORA_RANK = 8;

  /// Who trains.
  ///
  /// @param sharesModel among its devices; it computes activations again unless told not to
  /// @param precision `fp32`, `bf16` or `pure_bf16`
  public record Trainer(boolean sharesModel, int devices, String precision) {}

  MemoryEstimate.Setup setup() {
    Integer rank = chosen.loraRank() == null ? LORA_RANK : chosen.loraRank();
    Boolean recompute = chosen.gradientCheckpointing();
    return new MemoryEstimate.Setup(
        trainer.precision(),
        recompute == null ? trainer.sharesModel() : recompute,
        chosen.trainsAdapters() ? rank : null,
        targets());
  }

  private Set<String> targets() {
    String names = chosen.loraTarget();
    return names == null || names.equals("all")
        ? Set.of()
        : Stream.of(names.split(",", -1))
            .map(String::strip)
            .collect(Collectors.toUnmodifiableSet());
  }

  MemoryEstimate memory() {
    var pass = new MemoryEstimate.Pass(micro, longest);
    return trainer.sharesModel()
        ? MemoryEstimate.shared(config, setup(), pass, trainer.devices())
        : MemoryEstimate.of(config, setup(), pass);
  }

  /// Checkpoints that stay models, at most.
  long kept() {
    Integer best = keep == null ? null : keep.best();
    Integer last = keep == null ? null : keep.last();
    if (best == null && last == null) {
      return checkpoints;
    }
    return Math.min(checkpoints, 1L + (best == null ? 1 : best) + (last == null ? 0 : last));
  }
}
