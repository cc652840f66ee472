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
/// @param integrations none is offered: only an empty list is taken
/// @param priority ours: higher runs first
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
    @Nullable Integer priority) {

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
