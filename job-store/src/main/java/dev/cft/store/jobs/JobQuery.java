package dev.cft.store.jobs;

import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Which jobs to list, and from where.
///
/// @param kinds empty for all
/// @param statuses empty for all
/// @param metadata pairs that a job must have
/// @param after the id that the page follows; null for the first page
/// @param limit rows in a page, 1 to 1,000
/// @param newestFirst by time of creation
public record JobQuery(
    Set<JobKind> kinds,
    Set<JobStatus> statuses,
    Map<String, String> metadata,
    @Nullable JobId after,
    int limit,
    boolean newestFirst) {
  public JobQuery {
    kinds = Set.copyOf(kinds);
    statuses = Set.copyOf(statuses);
    metadata = Map.copyOf(metadata);
    if (limit < 1 || limit > 1000) {
      throw new IllegalArgumentException("limit must be 1 to 1000, was " + limit);
    }
  }

  /// The newest jobs of one kind.
  public static JobQuery newest(JobKind kind, int limit) {
    return new JobQuery(Set.of(kind), Set.of(), Map.of(), null, limit, true);
  }
}
