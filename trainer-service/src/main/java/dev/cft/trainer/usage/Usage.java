package dev.cft.trainer.usage;

import dev.cft.store.Columns;
import dev.cft.store.jobs.Job;
import dev.cft.store.jobs.JobId;
import dev.cft.trainer.TrainerProperties;
import java.math.BigDecimal;
import java.math.MathContext;
import java.math.RoundingMode;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/// What jobs have had of GPUs, or of slots of a CPU.
@Component
public final class Usage {
  private static final BigDecimal SECONDS = BigDecimal.valueOf(3600);

  private static final String OF_JOB =
      """
      select coalesce(sum(slots * extract(epoch from until - since)), 0) as seconds from slot_usage
      where job_id = :job
      """;

  /// The part of each run that lies within the time that is asked for.
  private static final String GROUPED =
      """
      select case when :byKey then coalesce(j.created_by, '') else u.job_id end as grouped,
        count(distinct u.job_id) as jobs,
        sum(u.slots * extract(epoch from least(u.until, :to) - greatest(u.since, :from))) as seconds
      from slot_usage u join jobs j on j.id = u.job_id
      where u.until > :from and u.since < :to
      group by grouped order by seconds desc, grouped limit :limit
      """;

  private final JdbcClient jdbc;
  private final InstantSource clock;
  private final @Nullable BigDecimal hourPrice;

  Usage(JdbcClient jdbc, InstantSource clock, TrainerProperties properties) {
    this.jdbc = jdbc;
    this.clock = clock;
    this.hourPrice = properties.gpuHourPrice();
  }

  /// An amount.
  ///
  /// @param gpuHours hours of a slot
  /// @param cost null where no price is set
  public record Amount(BigDecimal gpuHours, @Nullable BigDecimal cost) {}

  /// What a key or a job has had.
  public record Share(String of, int jobs, Amount amount) {}

  /// A meter for a process that starts, or that is joined.
  public UsageMeter meter(Job job, boolean hasGpus, boolean isJoined) {
    var meter = new UsageMeter(jdbc, clock, job, hasGpus);
    if (isJoined) {
      meter.join();
    }
    return meter;
  }

  public Amount of(JobId job) {
    return jdbc.sql(OF_JOB)
        .param("job", job.value())
        .query((row, n) -> amount(row.getBigDecimal("seconds")))
        .single();
  }

  /// The greatest first.
  List<Share> grouped(boolean byKey, Instant from, Instant to, int limit) {
    return jdbc.sql(GROUPED)
        .param("byKey", byKey)
        .param("from", Columns.at(from))
        .param("to", Columns.at(to))
        .param("limit", limit)
        .query((row, n) -> share(row))
        .list();
  }

  private Share share(ResultSet row) throws SQLException {
    return new Share(
        row.getString("grouped"), row.getInt("jobs"), amount(row.getBigDecimal("seconds")));
  }

  private Amount amount(BigDecimal seconds) {
    BigDecimal hours =
        seconds.divide(SECONDS, MathContext.DECIMAL64).setScale(6, RoundingMode.HALF_UP);
    BigDecimal cost =
        hourPrice == null ? null : hours.multiply(hourPrice).setScale(4, RoundingMode.HALF_UP);
    return new Amount(hours, cost);
  }
}
