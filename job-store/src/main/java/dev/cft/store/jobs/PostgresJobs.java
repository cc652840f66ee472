package dev.cft.store.jobs;

import dev.cft.store.Columns;
import dev.cft.store.Page;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.Objects;
import java.util.Optional;
import java.util.SortedMap;
import org.springframework.jdbc.core.simple.JdbcClient;

/// [Jobs] in Postgres.
final class PostgresJobs implements Jobs {
  private static final String FIND =
      "select %s from jobs j where j.id = :id".formatted(JobRows.COLUMNS);

  private static final String FIND_ALL =
      """
      select %s from unnest(:ids::text[]) with ordinality as wanted(id, place) join jobs j on j.id = wanted.id
      order by wanted.place
      """
          .formatted(JobRows.COLUMNS);

  private static final String LIST_NEWEST_FIRST =
      """
      select %s from jobs j
      where (:anyKind or j.kind = any(:kinds)) and (:anyStatus or j.status = any(:statuses))
        and (:anyMetadata or (j.metadata <> '{}' and j.metadata @> :metadata::jsonb))
        and (:after::text is null or j.ordinal < (select a.ordinal from jobs a where a.id = :after))
      order by j.ordinal desc limit :limit
      """
          .formatted(JobRows.COLUMNS);

  private static final String LIST_OLDEST_FIRST =
      LIST_NEWEST_FIRST.replace("j.ordinal <", "j.ordinal >").replace("ordinal desc", "ordinal");

  private static final String STATUS_FOR_UPDATE =
      "select status from jobs where id = :id for no key update";

  private final JdbcClient jdbc;
  private final JobTransitions transitions;
  private final JobSubmission submission;
  private final JobHistory history;
  private final JobForecast forecast;
  private final ChangeFeed feed;

  PostgresJobs(
      JdbcClient jdbc,
      JobTransitions transitions,
      JobSubmission submission,
      JobHistory history,
      JobForecast forecast,
      ChangeFeed feed) {
    this.jdbc = jdbc;
    this.transitions = transitions;
    this.submission = submission;
    this.history = history;
    this.forecast = forecast;
    this.feed = feed;
  }

  @Override
  public List<Job> submit(List<NewJob> jobs) {
    return transitions.inTransaction(() -> {
      submission.submit(jobs);
      return findAll(jobs.stream().map(NewJob::id).toList());
    });
  }

  @Override
  public Optional<Job> find(JobId id) {
    return jdbc.sql(FIND).param("id", id.value()).query(JobRows::map).optional();
  }

  @Override
  public Page<Job> list(JobQuery query) {
    var after = query.after();
    if (after != null && find(after).isEmpty()) {
      throw new IllegalArgumentException("no job '%s' to list after".formatted(after));
    }
    var rows =
        jdbc.sql(query.newestFirst() ? LIST_NEWEST_FIRST : LIST_OLDEST_FIRST)
            .param("anyKind", query.kinds().isEmpty())
            .param("kinds", query.kinds().stream().map(JobKind::wireName).toArray(String[]::new))
            .param("anyStatus", query.statuses().isEmpty())
            .param(
                "statuses",
                query.statuses().stream().map(JobStatus::wireName).toArray(String[]::new))
            .param("anyMetadata", query.metadata().isEmpty())
            .param("metadata", Columns.json(query.metadata()))
            .param("after", after == null ? null : after.value())
            .param("limit", query.limit() + 1)
            .query(JobRows::map)
            .list();
    return Page.of(rows, query.limit());
  }

  @Override
  public Job cancel(JobId id) {
    return transitions.inTransaction(() -> {
      var from = lockedStatus(id);
      if (from != JobStatus.CANCELLED) {
        make(Change.to(JobStatus.CANCELLED, id, "cancelled"), from, "cancelled");
      }
      return found(id);
    });
  }

  @Override
  public Job pause(JobId id) {
    return transitions.inTransaction(() -> {
      var from = lockedStatus(id);
      var change =
          from == JobStatus.RUNNING
              ? Change.to(JobStatus.PAUSING, id, "pausing at the next checkpoint")
              : Change.to(JobStatus.PAUSED, id, "paused")
                  .from(JobStatus.VALIDATING, JobStatus.WAITING, JobStatus.QUEUED);
      make(change, from, "paused");
      return found(id);
    });
  }

  @Override
  public Job resume(JobId id) {
    return transitions.inTransaction(() -> {
      var resumed =
          transitions.enqueue(Change.toQueued(id, "resumed", null).from(JobStatus.PAUSED));
      if (!resumed) {
        throw new IllegalTransitionException(id, lockedStatus(id), "resumed");
      }
      return found(id);
    });
  }

  private void make(Change change, JobStatus from, String wanted) {
    if (!transitions.make(change)) {
      throw new IllegalTransitionException(change.id(), from, wanted);
    }
  }

  private JobStatus lockedStatus(JobId id) {
    return jdbc.sql(STATUS_FOR_UPDATE)
        .param("id", id.value())
        .query((row, n) -> JobRows.status(Objects.requireNonNull(row.getString("status"))))
        .optional()
        .orElseThrow(() -> new NoSuchElementException("no job '%s'".formatted(id)));
  }

  private Job found(JobId id) {
    return find(id).orElseThrow(() -> new NoSuchElementException("no job '%s'".formatted(id)));
  }

  private List<Job> findAll(List<JobId> ids) {
    return jdbc.sql(FIND_ALL)
        .param("ids", ids.stream().map(JobId::value).toArray(String[]::new))
        .query(JobRows::map)
        .list();
  }

  @Override
  public QueuePlace queuePlace(Job job) {
    return forecast.queuePlace(job);
  }

  @Override
  public Optional<Duration> remaining(Job job) {
    return forecast.remaining(job);
  }

  @Override
  public List<JobEvent> events(JobId id, long afterSeq, int limit) {
    return history.events(id, afterSeq, limit);
  }

  @Override
  public Page<JobEvent> latestEvents(JobId id, long beforeSeq, int limit) {
    return history.latestEvents(id, beforeSeq, limit);
  }

  @Override
  public SortedMap<Long, Double> metric(JobId id, String name) {
    return history.metric(id, name);
  }

  @Override
  public Map<String, Long> lastSteps(JobId id) {
    return history.lastSteps(id);
  }

  @Override
  public List<String> metricNames(JobId id) {
    return history.metricNames(id);
  }

  @Override
  public long changeCount() {
    return feed.count();
  }

  @Override
  public void awaitChange(long since, Duration atMost) throws InterruptedException {
    feed.await(since, atMost);
  }
}
