package dev.cft.trainer.usage;

import dev.cft.store.Columns;
import dev.cft.store.jobs.Job;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;

/// Counts the time that one process has its slots. What it has counted is in the database, so that
/// a killed service loses a few seconds of it.
public final class UsageMeter implements AutoCloseable {
  private static final Duration BETWEEN_WRITES = Duration.ofSeconds(5);

  private static final String BEGIN =
      """
      insert into slot_usage (job_id, slots, gpus, since, until)
      values (:job, :slots, :gpus, :now, :now) returning id
      """;

  private static final String MOVE_ON = "update slot_usage set until = :now where id = :id";

  private static final String LAST =
      "select id from slot_usage where job_id = :job order by id desc limit 1";

  private final JdbcClient jdbc;
  private final InstantSource clock;
  private final Job job;
  private final boolean hasGpus;
  private @Nullable Long row;
  private Instant written = Instant.EPOCH;

  UsageMeter(JdbcClient jdbc, InstantSource clock, Job job, boolean hasGpus) {
    this.jdbc = jdbc;
    this.clock = clock;
    this.job = job;
    this.hasGpus = hasGpus;
  }

  /// The process went on while nobody counted: the last count goes on too.
  void join() {
    row = jdbc.sql(LAST).param("job", job.id().value()).query(Long.class).optional().orElse(null);
  }

  /// To be called often.
  ///
  /// @param hasSlots whether the process has its slots now
  public void tick(boolean hasSlots) {
    Instant now = clock.instant();
    if (!hasSlots) {
      row = null;
    } else if (row == null) {
      row =
          jdbc.sql(BEGIN)
              .param("job", job.id().value())
              .param("slots", job.slots())
              .param("gpus", hasGpus)
              .param("now", Columns.at(now))
              .query(Long.class)
              .single();
      written = now;
    } else if (written.plus(BETWEEN_WRITES).isBefore(now)) {
      write(now);
    }
  }

  private void write(Instant now) {
    if (row != null) {
      jdbc.sql(MOVE_ON).param("id", row).param("now", Columns.at(now)).update();
      written = now;
    }
  }

  @Override
  public void close() {
    write(clock.instant());
  }
}
