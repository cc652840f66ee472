package dev.cft.store.jobs;

import static java.util.stream.Collectors.joining;

import dev.cft.store.Columns;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.springframework.jdbc.core.simple.JdbcClient;

/// Why a job is not running yet, and how long it will still run.
final class JobForecast {
  private static final String BEFORE =
      """
      select
        (select count(*) from jobs q
         where q.kind = j.kind and q.status = 'queued' and (q.not_before is null or q.not_before <= :now)
           and (q.priority > j.priority or q.priority = j.priority and q.ordinal < j.ordinal)) as before,
        held.running, held.slots as taken
      from jobs j, lateral (
        select count(*) as running, coalesce(sum(slots), 0) as slots from jobs r
        where r.kind = j.kind and r.status in ('running', 'pausing')) held
      where j.id = :id
      """;

  private static final String NEEDED =
      "select id, status from jobs where id = any(:ids) order by ordinal";

  private static final String PACE =
      """
      select progress_done, progress_total, progress_at, claimed_at, claimed_done from jobs
      where id = :id and status = 'running' and progress_at > claimed_at
        and progress_done > claimed_done and progress_total >= progress_done
      """;

  private final JdbcClient jdbc;
  private final InstantSource clock;

  JobForecast(JdbcClient jdbc, InstantSource clock) {
    this.jdbc = jdbc;
    this.clock = clock;
  }

  QueuePlace queuePlace(Job job) {
    return switch (job.state()) {
      case JobState.Validating v -> new QueuePlace(0, "its input is being checked");
      case JobState.Waiting waiting ->
          new QueuePlace(0, "waits for " + described(waiting.unfinished()));
      case JobState.Queued queued -> inQueue(job, queued);
      case JobState.Paused p -> new QueuePlace(0, "paused until someone resumes it");
      case JobState.Running r -> new QueuePlace(0, "");
      case JobState.Pausing p -> new QueuePlace(0, "");
      case JobState.Succeeded s -> new QueuePlace(0, "");
      case JobState.Failed f -> new QueuePlace(0, "");
      case JobState.Cancelled c -> new QueuePlace(0, "");
    };
  }

  /// From the pace of the present attempt: an earlier one may have run on another machine.
  Optional<Duration> remaining(Job job) {
    return jdbc.sql(PACE).param("id", job.id().value()).query((row, n) -> left(row)).optional();
  }

  private Duration left(ResultSet row) throws SQLException {
    var reached = Columns.instant(row, "progress_at");
    var done = row.getLong("progress_done");
    var elapsed = Duration.between(Columns.instant(row, "claimed_at"), reached).toMillis();
    var perUnit = (double) elapsed / (done - row.getLong("claimed_done"));
    var left = Duration.ofMillis(Math.round(perUnit * (row.getLong("progress_total") - done)));
    var stillLeft = left.minus(Duration.between(reached, clock.instant()));
    return stillLeft.isNegative() ? Duration.ZERO : stillLeft;
  }

  private QueuePlace inQueue(Job job, JobState.Queued queued) {
    var notBefore = queued.notBefore();
    if (notBefore != null && notBefore.isAfter(clock.instant())) {
      return new QueuePlace(
          0,
          "%s; goes on at %s"
              .formatted(Objects.requireNonNullElse(queued.reason(), "parked"), notBefore));
    }
    return jdbc.sql(BEFORE)
        .param("id", job.id().value())
        .param("now", Columns.at(clock.instant()))
        .query((row, n) -> place(job, row))
        .optional()
        .orElse(new QueuePlace(0, ""));
  }

  private static QueuePlace place(Job job, ResultSet row) throws SQLException {
    var before = row.getInt("before");
    var wait = before == 0 ? "next" : "%d before it".formatted(before);
    var needed =
        job.slots() == 1
            ? "%d running, waits for a free worker".formatted(row.getInt("running"))
            : "%d running on %d slots, waits until %d slots of one worker are free"
                .formatted(row.getInt("running"), row.getInt("taken"), job.slots());
    return new QueuePlace(
        before + 1,
        "%s in the queue of %s jobs; %s".formatted(wait, job.kind().wireName(), needed));
  }

  private String described(List<JobId> needs) {
    return jdbc
        .sql(NEEDED)
        .param("ids", needs.stream().map(JobId::value).toArray(String[]::new))
        .query((row, n) -> "%s (%s)".formatted(row.getString("id"), row.getString("status")))
        .list()
        .stream()
        .collect(joining(", "));
  }
}
