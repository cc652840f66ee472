package dev.cft.trainer.finetuning;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.cft.service.errors.ApiException;
import dev.cft.store.jobs.JobEvent;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/// OpenAI's `fine_tuning.job.event`.
@JsonInclude(JsonInclude.Include.ALWAYS)
record FineTuningEvent(
    String object,
    String id,
    long createdAt,
    String level,
    String message,
    String type,
    @Nullable JsonNode data) {
  private static final String PREFIX = "ft-event-";

  static FineTuningEvent of(JobEvent event) {
    return new FineTuningEvent(
        "fine_tuning.job.event",
        id(event),
        event.at().getEpochSecond(),
        event.level().name().toLowerCase(Locale.ROOT),
        event.message(),
        type(event),
        event.data());
  }

  static String id(JobEvent event) {
    return PREFIX + event.seq();
  }

  /// OpenAI knows two types; a change of status is its message.
  static String type(JobEvent event) {
    return event.type().equals("metrics") ? "metrics" : "message";
  }

  /// The place in the job's events that an id names.
  ///
  /// @param param where the client wrote it
  static long seq(String id, String param) {
    try {
      return Long.parseLong(id.startsWith(PREFIX) ? id.substring(PREFIX.length()) : "none");
    } catch (NumberFormatException notOurs) {
      throw ApiException.badRequest(
          "invalid_value",
          "%s was '%s'; allowed: an event's id, ft-event-…".formatted(param, id),
          param);
    }
  }
}
