package dev.cft.store.specs;

import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/// A training run. Result: `{"fine_tuned_model": id, "trained_tokens": n, "train_loss": x, "steps":
/// n}`.
///
/// @param model a model id, or the id of a fine-tuning job whose model is continued
/// @param trainingFile a file id (OpenAI chat JSONL or alpaca rows), a dataset id, or the id of a
///   job whose result names a dataset
/// @param validationFile the same, for the validation loss
/// @param suffix goes into the model's id
/// @param course how the run is watched, what stays of it and what it goes on from; null for the
///   defaults
/// @param placement what trains it; null for the service's defaults
public record FineTuningSpec(
    String model,
    String trainingFile,
    @Nullable String validationFile,
    Method method,
    long seed,
    @Nullable String suffix,
    @Nullable Course course,
    @Nullable Placement placement) {
  /// A run of its own, on the service's own engine, watched as by default.
  public FineTuningSpec(
      String model,
      String trainingFile,
      @Nullable String validationFile,
      Method method,
      long seed,
      @Nullable String suffix) {
    this(model, trainingFile, validationFile, method, seed, suffix, null, null);
  }

  /// The same, trained from another model.
  public FineTuningSpec from(String otherModel) {
    return new FineTuningSpec(
        otherModel, trainingFile, validationFile, method, seed, suffix, course, placement);
  }

  /// How the run is watched; never null.
  public Course watched() {
    return course == null ? Course.DEFAULTS : course;
  }

  /// How a run is watched, what stays of it and what it goes on from.
  ///
  /// @param eval run on every checkpoint
  /// @param select `best` or `last`: which checkpoint becomes the model; null for `best` where
  ///   there is something to choose by
  /// @param earlyStopping null for none
  /// @param keep which checkpoints stay models; null for all
  /// @param continues null for a run of its own
  /// @param rowLosses rows whose loss is told at the end; null for the default
  /// @param integrations as OpenAI's API has them; recorded only
  public record Course(
      @Nullable CheckpointEval eval,
      @Nullable String select,
      @Nullable EarlyStopping earlyStopping,
      @Nullable Keep keep,
      @Nullable Continued continues,
      @Nullable Integer rowLosses,
      @Nullable List<JsonNode> integrations) {
    public static final Course DEFAULTS = new Course(null, null, null, null, null, null, null);

    public Course {
      integrations = integrations == null ? null : List.copyOf(integrations);
    }
  }

  /// An eval that is run on every checkpoint.
  ///
  /// @param id `eval_…`
  /// @param limit items from the start; null for all
  /// @param maxTokens of an answer
  public record CheckpointEval(String id, @Nullable Integer limit, int maxTokens) {}

  /// When training ends before its last step.
  ///
  /// @param patience so many checkpoints in a row that are no better
  /// @param minDelta by how much a better one must be better
  public record EarlyStopping(int patience, double minDelta) {}

  /// Which checkpoints stay models. The chosen one always does.
  ///
  /// @param best so many of the best
  /// @param last so many of the last
  /// @param resumable whether the last keeps what a run is continued from; null for yes
  public record Keep(@Nullable Integer best, @Nullable Integer last, @Nullable Boolean resumable) {}

  /// A run goes on from the last checkpoint of another, with its optimiser's state.
  ///
  /// @param job a succeeded fine-tuning job with the same rows and base
  public record Continued(String job) {}

  /// What trains it; never null.
  public Placement placed() {
    return placement == null ? Placement.DEFAULTS : placement;
  }

  /// The same, trained so.
  public FineTuningSpec placedOn(Placement other) {
    return new FineTuningSpec(
        model, trainingFile, validationFile, method, seed, suffix, course, other);
  }

  /// What trains a run.
  ///
  /// @param engine `djl` or `llama-factory`; null for the service's default
  /// @param preset the published run whose choices it takes; null for none
  public record Placement(@Nullable String engine, @Nullable String preset) {
    public static final Placement DEFAULTS = new Placement(null, null);
  }

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
  /// @param finetuningType `full` (paper) or `lora`
  /// @param loraTarget `all`, or modules with commas between
  /// @param precision `fp32`, `bf16` or `pure_bf16`
  /// @param gradientCheckpointing keep less of the forward pass and compute it again
  /// @param packing several rows make one unit of a batch
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
      @Nullable Integer checkpointSteps,
      @Nullable String finetuningType,
      @Nullable Integer loraRank,
      @Nullable Double loraAlpha,
      @Nullable Double loraDropout,
      @Nullable String loraTarget,
      @Nullable String precision,
      @Nullable Boolean gradientCheckpointing,
      @Nullable Boolean packing) {
    public static final Hyperparameters DEFAULTS =
        new Hyperparameters(
            null, null, null, null, null, null, null, null, null, null, null, null, null, null,
            null, null, null, null, null, null, null, null);

    /// Whether adapters are trained beside frozen weights.
    public boolean trainsAdapters() {
      return "lora".equals(finetuningType);
    }
  }
}
