package dev.cft.trainer.finetuning;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.cft.store.StoreJson;
import dev.cft.store.models.StoredModel;
import tools.jackson.databind.JsonNode;

/// OpenAI's `fine_tuning.job.checkpoint`.
@JsonInclude(JsonInclude.Include.ALWAYS)
record FineTuningCheckpoint(
    String object,
    String id,
    long createdAt,
    String fineTunedModelCheckpoint,
    long stepNumber,
    JsonNode metrics,
    String fineTuningJobId) {
  static FineTuningCheckpoint of(String jobId, StoredModel model) {
    long step = model.step() == null ? 0 : model.step();
    JsonNode metrics = model.info().path("metrics");
    return new FineTuningCheckpoint(
        "fine_tuning.job.checkpoint",
        "ftckpt_%s_%d".formatted(jobId.substring(jobId.indexOf('-') + 1), step),
        model.createdAt().getEpochSecond(),
        model.id(),
        step,
        metrics.isObject() ? metrics : StoreJson.mapper().createObjectNode().put("step", step),
        jobId);
  }
}
