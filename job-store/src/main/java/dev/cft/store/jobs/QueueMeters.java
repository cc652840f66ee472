package dev.cft.store.jobs;

import dev.cft.store.Columns;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.MeterBinder;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.springframework.jdbc.core.simple.JdbcClient;

/// `cft.jobs.open`: unfinished jobs in the whole store by kind and status; and
/// `cft.jobs.oldest.queued`: seconds that the oldest queued job of a kind has been there. Each
/// process tells the same, so dashboards take the maximum.
final class QueueMeters implements MeterBinder {
  private static final List<JobStatus> OPEN =
      List.of(
          JobStatus.VALIDATING,
          JobStatus.WAITING,
          JobStatus.QUEUED,
          JobStatus.RUNNING,
          JobStatus.PAUSING,
          JobStatus.PAUSED);

  /// Our choice: as often as Prometheus asks, at most.
  private static final Duration KEPT = Duration.ofSeconds(10);

  private static final String COUNTS =
      """
      select kind, status, count(*) as jobs, min(created_at) as oldest from jobs
      where status not in ('succeeded', 'failed', 'cancelled') group by kind, status
      """;

  private record Standing(long jobs, Instant oldest) {}

  private final JdbcClient jdbc;
  private final InstantSource clock;
  private Instant countedAt = Instant.EPOCH;
  private Map<JobKind, Map<JobStatus, Standing>> standings = Map.of();

  QueueMeters(JdbcClient jdbc, InstantSource clock) {
    this.jdbc = jdbc;
    this.clock = clock;
  }

  @Override
  public void bindTo(MeterRegistry registry) {
    for (var kind : JobKind.values()) {
      for (var status : OPEN) {
        Gauge.builder("cft.jobs.open", () -> jobs(kind, status))
            .tags("kind", kind.wireName(), "status", status.wireName())
            .description("unfinished jobs in the store")
            .register(registry);
      }
      Gauge.builder("cft.jobs.oldest.queued", () -> secondsQueued(kind))
          .tags("kind", kind.wireName())
          .baseUnit("seconds")
          .description("age of the oldest queued job")
          .register(registry);
    }
  }

  private double jobs(JobKind kind, JobStatus status) {
    var standing = standings().getOrDefault(kind, Map.of()).get(status);
    return standing == null ? 0 : standing.jobs();
  }

  private double secondsQueued(JobKind kind) {
    var standing = standings().getOrDefault(kind, Map.of()).get(JobStatus.QUEUED);
    return standing == null ? 0 : Duration.between(standing.oldest(), clock.instant()).toSeconds();
  }

  private synchronized Map<JobKind, Map<JobStatus, Standing>> standings() {
    var now = clock.instant();
    if (!now.isBefore(countedAt.plus(KEPT))) {
      standings = count();
      countedAt = now;
    }
    return standings;
  }

  private Map<JobKind, Map<JobStatus, Standing>> count() {
    var counted = new EnumMap<JobKind, Map<JobStatus, Standing>>(JobKind.class);
    jdbc.sql(COUNTS)
        .query(row -> {
          counted
              .computeIfAbsent(
                  JobKind.ofWireName(row.getString("kind")), kind -> new EnumMap<>(JobStatus.class))
              .put(
                  JobRows.status(row.getString("status")),
                  new Standing(row.getLong("jobs"), Columns.instant(row, "oldest")));
        });
    return counted;
  }
}
