package dev.cft.store.specs;

import org.jspecify.annotations.Nullable;

/// A training run. Result: `{"fine_tuned_model": id, "trained_tokens": n, "train_loss": x, "steps":
/// n}`.
///
/// @param model a model id, or the id of a fine-tuning job whose model is continued
/// @param trainingFile a file id (OpenAI chat JSONL or alpaca rows), a dataset id, or the id of a
///   job whose result names a dataset
/// @param validationFile the same, for the validation loss
/// @param suffix goes into the model's id
public record FineTuningSpec(
    String model,
    String trainingFile,
    @Nullable String validationFile,
    Method method,
    long seed,
    @Nullable String suffix) {
  /// What is imitated, and of which rows.
  ///
  /// @param type `critique` or `supervised`
  /// @param target for `supervised` on question rows: `response` (default) or `answer`
  /// @param rows `all` (default) or `verified`: only rows whose verdict is right
  /// @param maxRows the first so many of the selected rows; null for all
  /// @param hyperparameters null for the paper's
  public record Method(
      String type,
      @Nullable String target,
      @Nullable String rows,
      @Nullable Integer maxRows,
      @Nullable Hyperparameters hyperparameters) {}

  /// Each null is the paper's default (`cft-paper.md` section 3), or OpenAI's "auto".
  ///
  /// @param batchSize rows in a global batch (paper: 512)
  /// @param microBatchSize rows in one forward pass
  /// @param learningRateMultiplier of the default learning rate; OpenAI's key
  /// @param learningRate peak; wins over the multiplier (paper: 5e-6)
  /// @param cutoffLen tokens in a row (paper: 2048)
  /// @param checkpointSteps a checkpoint every so many steps
  public record Hyperparameters(
      @Nullable Double nEpochs,
      @Nullable Integer batchSize,
      @Nullable Integer microBatchSize,
      @Nullable Double learningRateMultiplier,
      @Nullable Double learningRate,
      @Nullable String lrSchedulerType,
      @Nullable Double warmupRatio,
      @Nullable Integer warmupSteps,
      @Nullable Double weightDecay,
      @Nullable Double maxGradNorm,
      @Nullable Double adamBeta2,
      @Nullable Integer cutoffLen,
      @Nullable Integer maxSteps,
      @Nullable Integer checkpointSteps) {
    public static final Hyperparameters DEFAULTS =
        new Hyperparameters(
            null, null, null, null, null, null, null, null, null, null, null, null, null, null);
  }
}
