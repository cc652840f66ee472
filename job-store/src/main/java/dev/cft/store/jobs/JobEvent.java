package dev.cft.store.jobs;

import java.time.Instant;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/// Something that happened to a job, in the order of `seq`.
///
/// @param type `message`, `metrics` or `status`
public record JobEvent(
    long seq,
    JobId jobId,
    Instant at,
    Level level,
    String type,
    String message,
    @Nullable JsonNode data) {
  /// How loud.
  public enum Level {
    INFO,
    WARN,
    ERROR
  }
}
