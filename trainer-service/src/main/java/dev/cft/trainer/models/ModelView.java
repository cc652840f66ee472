package dev.cft.trainer.models;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.cft.store.models.StoredModel;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/// OpenAI's `model`, then what is ours.
///
/// @param kind base, fine_tuned or checkpoint
/// @param parent the model that it was trained from
/// @param job the job that made it
/// @param parameters how many weights it has
/// @param contextLength tokens that it takes
/// @param hash SHA-256 over its weights
/// @param metrics of the step that it was written at
@JsonInclude(JsonInclude.Include.ALWAYS)
record ModelView(
    String id,
    String object,
    long created,
    String ownedBy,
    String kind,
    @Nullable String parent,
    @Nullable String job,
    @Nullable Long step,
    @Nullable Long parameters,
    @Nullable Integer contextLength,
    @Nullable String architecture,
    String hash,
    @Nullable JsonNode metrics) {
  static ModelView of(StoredModel model) {
    JsonNode info = model.info();
    return new ModelView(
        model.id(),
        "model",
        model.createdAt().getEpochSecond(),
        "cft",
        model.kind().name().toLowerCase(Locale.ROOT),
        model.parent(),
        model.jobId(),
        model.step(),
        info.has("parameters") ? info.get("parameters").asLong() : null,
        info.has("context_length") ? info.get("context_length").asInt() : null,
        info.has("architecture") ? info.get("architecture").asString() : null,
        model.hash(),
        info.has("metrics") ? info.get("metrics") : null);
  }
}
