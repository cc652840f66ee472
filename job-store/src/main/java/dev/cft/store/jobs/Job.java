package dev.cft.store.jobs;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/// A job as it stood when it was read.
///
/// @param spec what it is asked to do, one of the records of `dev.cft.store.specs` as JSON
/// @param priority higher runs first; 0 unless asked otherwise
/// @param slots of its worker that it takes while it runs
/// @param needs jobs whose results it uses
/// @param stage what it is doing now, in words; empty where it says nothing
/// @param attempts how often a worker has claimed it
/// @param metadata the user's own pairs and, for parts of an experiment, `experiment` and `arm`
/// @param createdBy the id of the API key that asked for it
/// @param version grows with every change: an ETag
public record Job(
    JobId id,
    JobKind kind,
    ObjectNode spec,
    JobState state,
    int priority,
    int slots,
    List<JobId> needs,
    Progress progress,
    String stage,
    int attempts,
    Map<String, String> metadata,
    @Nullable String createdBy,
    Instant createdAt,
    @Nullable Instant startedAt,
    Instant updatedAt,
    long version) {
  public Job {
    needs = List.copyOf(needs);
    metadata = Map.copyOf(metadata);
  }

  /// The state's name.
  public JobStatus status() {
    return state.status();
  }
}
