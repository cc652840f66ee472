package dev.cft.trainer.finetuning;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/// `POST /v1/fine_tuning/jobs`. Fields are read loosely here and checked together by
/// [RequestCheck], so that a client learns of every fault at once.
///
/// @param model a model's id, or a fine-tuning job's whose model is trained further
/// @param trainingFile a file's, a dataset's or a critique or response job's id
/// @param validationFile the same, for the validation loss
/// @param hyperparameters OpenAI's old place for them; `method` wins
/// @param integrations OpenAI's; recorded only
/// @param priority ours: higher runs first
/// @param engine ours: `djl` or `llama-factory`, as far as the operator allows them
/// @param preset ours: a published run, for all that the request leaves out
/// @param gpus ours: how many of a machine's GPUs, or slots of its CPU, the job gets
/// @param checkpointEval ours: an eval that is run on every checkpoint
/// @param select ours: which checkpoint becomes the model, `best` or `last`
/// @param earlyStopping ours: when training ends before its last step
/// @param keep ours: which checkpoints stay
/// @param rowLosses ours: rows whose loss is told at the end
/// @param then ours: stages after this one, each trained from the model of the one before
/// @param dryRun ours: check everything and tell the plan, without a job
record FineTuningRequest(
    @Nullable String model,
    @Nullable String trainingFile,
    @Nullable String validationFile,
    @Nullable String suffix,
    @Nullable JsonNode seed,
    @Nullable Map<String, @Nullable String> metadata,
    @Nullable MethodRequest method,
    @Nullable JsonNode hyperparameters,
    @Nullable List<JsonNode> integrations,
    @Nullable Integer priority,
    @Nullable JsonNode gpus,
    @Nullable String engine,
    @Nullable String preset,
    @Nullable JsonNode checkpointEval,
    @Nullable String select,
    @Nullable JsonNode earlyStopping,
    @Nullable JsonNode keep,
    @Nullable JsonNode rowLosses,
    @Nullable List<FineTuningRequest> then,
    @Nullable Boolean dryRun) {

  /// How to train.
  record MethodRequest(
      @Nullable String type,
      @Nullable Settings supervised,
      @Nullable Settings critique,
      @Nullable JsonNode dpo,
      @Nullable JsonNode reinforcement) {}

  /// A method's own settings.
  record Settings(
      @Nullable JsonNode hyperparameters,
      @Nullable String rows,
      @Nullable String target,
      @Nullable Integer maxRows) {
    static final Settings NONE = new Settings(null, null, null, null);
  }
}
