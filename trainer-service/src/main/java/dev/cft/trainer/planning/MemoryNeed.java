package dev.cft.trainer.planning;

import dev.cft.lm.training.MemoryEstimate;
import java.util.Optional;

/// Memory that a run needs beside what its device has, in bytes.
public record MemoryNeed(
    long weights,
    long gradients,
    long optimizer,
    long activations,
    long overhead,
    long total,
    long available) {
  static MemoryNeed of(MemoryEstimate estimate, long available) {
    return new MemoryNeed(
        estimate.weights(),
        estimate.gradients(),
        estimate.optimizer(),
        estimate.activations(),
        estimate.overhead(),
        estimate.total(),
        available);
  }

  /// Whether at least weights, gradients and the optimiser's state fit.
  public boolean isRoomForStates() {
    return weights + gradients + optimizer <= available;
  }

  /// What is wrong where there is too little.
  public Optional<String> shortage() {
    if (total <= available) {
      return Optional.empty();
    }
    return Optional.of(
        ("training needs about %s of memory (weights %s, gradients %s, optimizer %s, activations %s,"
                + " the rest %s), the device has %s: lower micro_batch_size or cutoff_len, set"
                + " gradient_checkpointing, finetuning_type \"lora\" or precision \"pure_bf16\"")
            .formatted(
                Bytes.words(total),
                Bytes.words(weights),
                Bytes.words(gradients),
                Bytes.words(optimizer),
                Bytes.words(activations),
                Bytes.words(overhead),
                Bytes.words(available)));
  }
}
