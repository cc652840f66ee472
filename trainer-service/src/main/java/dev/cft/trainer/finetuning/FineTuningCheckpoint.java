package dev.cft.trainer.finetuning;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.cft.store.StoreJson;
import dev.cft.store.models.StoredModel;
import dev.cft.trainer.selection.CheckpointWatch;
import java.util.SortedMap;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

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
  /// @param accuracies of the evaluations of checkpoints, by step
  static FineTuningCheckpoint of(
      String jobId, StoredModel model, SortedMap<Long, Double> accuracies) {
    long step = model.step() == null ? 0 : model.step();
    JsonNode told = model.info().path("metrics");
    ObjectNode metrics =
        told.isObject() ? told.asObject().deepCopy() : StoreJson.mapper().createObjectNode();
    metrics.put("step", step);
    Double accuracy = accuracies.get(step);
    if (accuracy != null) {
      metrics.put(CheckpointWatch.ACCURACY, accuracy);
    }
    return new FineTuningCheckpoint(
        "fine_tuning.job.checkpoint",
        "ftckpt_%s_%d".formatted(jobId.substring(jobId.indexOf('-') + 1), step),
        model.createdAt().getEpochSecond(),
        model.id(),
        step,
        metrics,
        jobId);
  }
}
