package dev.cft.store.models;

import java.time.Instant;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/// A model whose checkpoint lies in the artifact store.
///
/// @param id what API users name: a base model's name, or `ft:{base}:{suffix}:{job}`, with
///   `:ckpt-step-{n}` for a checkpoint
/// @param artifactPrefix folder in the artifact store, Hugging Face layout
/// @param parent the model that it was trained from
/// @param jobId the job that made it
/// @param step for a checkpoint, its step
/// @param hash SHA-256 over the weights
/// @param info parameters, architecture, context length, metrics
public record StoredModel(
    String id,
    Kind kind,
    String artifactPrefix,
    @Nullable String parent,
    @Nullable String jobId,
    @Nullable Long step,
    String hash,
    JsonNode info,
    Instant createdAt) {
  /// Where a model comes from.
  public enum Kind {
    BASE,
    FINE_TUNED,
    CHECKPOINT
  }
}
