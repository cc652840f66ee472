package dev.cft.store.jobs;

import dev.cft.store.jobs.JobEvent.Level;
import java.time.Instant;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// A change of a job's status that is wanted; success is a [Completions.Success].
///
/// @param from where it must come from
/// @param token the lease that it must be held under; null where anyone may ask
/// @param counts false where the attempt that ends shall not count
/// @param message of the event, for people
record Change(
    JobId id,
    Set<JobStatus> from,
    JobStatus to,
    @Nullable Long token,
    Facts facts,
    boolean counts,
    Level level,
    String message) {
  /// What only the new state has.
  record Facts(@Nullable String reason, @Nullable Instant notBefore, @Nullable JobError error) {
    static final Facts NONE = new Facts(null, null, null);
  }

  /// A change to `to`, from wherever that is allowed.
  static Change to(JobStatus to, JobId id, String message) {
    var from =
        Arrays.stream(JobStatus.values())
            .filter(status -> status.next().contains(to))
            .collect(Collectors.toCollection(() -> EnumSet.noneOf(JobStatus.class)));
    return new Change(id, from, to, null, Facts.NONE, true, Level.INFO, message);
  }

  static Change toFailed(JobId id, JobError error) {
    return to(JobStatus.FAILED, id, "failed: " + error.message())
        .with(new Facts(null, null, error))
        .at(Level.ERROR);
  }

  /// Back to the queue, not to be claimed before that time.
  static Change toQueued(JobId id, String reason, @Nullable Instant notBefore) {
    return to(JobStatus.QUEUED, id, reason).with(new Facts(reason, notBefore, null));
  }

  Change from(JobStatus... only) {
    return new Change(id, Set.of(only), to, token, facts, counts, level, message);
  }

  Change heldUnder(long lease) {
    return new Change(id, from, to, lease, facts, counts, level, message);
  }

  Change uncounted() {
    return new Change(id, from, to, token, facts, false, level, message);
  }

  Change at(Level loudness) {
    return new Change(id, from, to, token, facts, counts, loudness, message);
  }

  /// The same, for a job whose needs are unfinished.
  Change insteadWaiting() {
    var words = "waits for the jobs that it needs";
    return new Change(id, from, JobStatus.WAITING, token, Facts.NONE, counts, level, words);
  }

  private Change with(Facts others) {
    return new Change(id, from, to, token, others, counts, level, message);
  }
}
