package dev.cft.gateway.jobs;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.cft.store.jobs.JobEvent;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/// An event as clients see it.
///
/// @param id what `after` and `Last-Event-ID` name
@JsonInclude(JsonInclude.Include.ALWAYS)
record JobEventView(
    String id,
    String object,
    String jobId,
    long createdAt,
    String level,
    String type,
    String message,
    @Nullable JsonNode data) {
  static JobEventView of(JobEvent event) {
    return new JobEventView(
        Long.toString(event.seq()),
        "job.event",
        event.jobId().value(),
        event.at().getEpochSecond(),
        event.level().name().toLowerCase(Locale.ROOT),
        event.type(),
        event.message(),
        event.data());
  }
}
