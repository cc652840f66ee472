package dev.cft.store.jobs;

import dev.cft.store.jobs.JobClaims.Claim;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/// A job in the hands of this worker.
final class HeldJob implements JobRun {
  /// Our choice, told to users in [JobRun#progress].
  private static final Duration BETWEEN_PROGRESS_WRITES = Duration.ofSeconds(1);

  private final Claim claim;
  private final JobTables tables;
  private final Object progressLock = new Object();
  private @Nullable Progress unwritten;
  private Instant written = Instant.EPOCH;
  private String stage;
  private volatile Signal signal = Signal.GO_ON;
  private volatile Instant savedAt;
  private volatile String reasonToYield = "";

  HeldJob(Claim claim, JobTables tables) {
    this.claim = claim;
    this.tables = tables;
    this.stage = claim.job().stage();
    this.savedAt = tables.clock().instant();
  }

  @Override
  public Job job() {
    return claim.job();
  }

  Claim claim() {
    return claim;
  }

  int fruitlessAttempts() {
    return tables.records().fruitlessAttempts(claim.job().id());
  }

  @Override
  public Signal signal() {
    return signal;
  }

  /// Tells the handler; a lost lease is final, and a pause does not undo a shutdown.
  synchronized void signal(Signal next) {
    if (signal == Signal.GO_ON || (signal != Signal.LEASE_LOST && next != Signal.PAUSE)) {
      signal = next;
    }
  }

  /// Asks the handler to make room for that job.
  synchronized void yieldTo(JobClaims.Head head) {
    if (signal == Signal.GO_ON) {
      reasonToYield =
          "made room for %s, whose priority is %d".formatted(head.id(), head.priority());
      signal = Signal.YIELD;
    }
  }

  /// Why the job was given back, in words.
  String reasonOfRelease() {
    return reasonToYield.isEmpty() ? "the worker shut down" : reasonToYield;
  }

  @Override
  public void saved() {
    savedAt = tables.clock().instant();
  }

  /// What would be lost if the job had to stop now, over all its slots.
  Duration unsaved() {
    return Duration.between(savedAt, tables.clock().instant()).multipliedBy(job().slots());
  }

  @Override
  public void progress(Progress progress) {
    synchronized (progressLock) {
      unwritten = progress;
      if (Duration.between(written, tables.clock().instant()).compareTo(BETWEEN_PROGRESS_WRITES)
          >= 0) {
        flush();
      }
    }
  }

  /// Writes the progress that was held back.
  void flush() {
    synchronized (progressLock) {
      var latest = unwritten;
      if (latest != null) {
        fence(() -> tables.records().progress(claim.job().id(), claim.token(), latest));
        written = tables.clock().instant();
        unwritten = null;
      }
    }
  }

  @Override
  public void stage(String words) {
    synchronized (progressLock) {
      if (!words.equals(stage)) {
        fence(() -> tables.records().stage(claim.job().id(), claim.token(), words));
        stage = words;
      }
    }
  }

  @Override
  public void event(JobEvent.Level level, String message, @Nullable JsonNode data) {
    fence(() -> tables.records().event(claim.job().id(), claim.token(), level, message, data));
  }

  @Override
  public void metrics(long step, Map<String, Double> values) {
    fence(() ->
        tables
            .transactions()
            .executeWithoutResult(
                status -> tables.records().metrics(claim.job().id(), claim.token(), step, values)));
  }

  @Override
  public <T extends @Nullable Object> T fenced(Supplier<T> work) {
    try {
      return tables
          .transactions()
          .execute(status -> {
            tables.records().lock(claim.job().id(), claim.token());
            return work.get();
          });
    } catch (LeaseLostException lost) {
      signal(Signal.LEASE_LOST);
      throw lost;
    }
  }

  private void fence(Runnable write) {
    try {
      write.run();
    } catch (LeaseLostException lost) {
      signal(Signal.LEASE_LOST);
      throw lost;
    }
  }
}
