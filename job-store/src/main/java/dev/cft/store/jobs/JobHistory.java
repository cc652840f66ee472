package dev.cft.store.jobs;

import dev.cft.store.Columns;
import dev.cft.store.Page;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.springframework.jdbc.core.simple.JdbcClient;

/// What happened to jobs: events and metric series.
final class JobHistory {
  private static final String EVENTS =
      "select * from job_events where job_id = :id and seq > :after order by seq limit :limit";

  private static final String LATEST_EVENTS =
      """
      select * from job_events where job_id = :id and (:before = 0 or seq < :before)
      order by seq desc limit :limit
      """;

  private static final String METRIC =
      "select step, value from job_metrics where job_id = :id and name = :name";

  private static final String LAST_STEPS =
      "select name, max(step) as step from job_metrics where job_id = :id group by name";

  private static final String METRIC_NAMES =
      "select distinct name from job_metrics where job_id = :id order by name";

  private final JdbcClient jdbc;

  JobHistory(JdbcClient jdbc) {
    this.jdbc = jdbc;
  }

  List<JobEvent> events(JobId id, long afterSeq, int limit) {
    return jdbc.sql(EVENTS)
        .param("id", id.value())
        .param("after", afterSeq)
        .param("limit", limit)
        .query(JobHistory::event)
        .list();
  }

  Page<JobEvent> latestEvents(JobId id, long beforeSeq, int limit) {
    var rows =
        jdbc.sql(LATEST_EVENTS)
            .param("id", id.value())
            .param("before", beforeSeq)
            .param("limit", limit + 1)
            .query(JobHistory::event)
            .list();
    return Page.of(rows, limit);
  }

  SortedMap<Long, Double> metric(JobId id, String name) {
    var series = new TreeMap<Long, Double>();
    jdbc.sql(METRIC)
        .param("id", id.value())
        .param("name", name)
        .query(row -> {
          series.put(row.getLong("step"), row.getDouble("value"));
        });
    return series;
  }

  Map<String, Long> lastSteps(JobId id) {
    var steps = new HashMap<String, Long>();
    jdbc.sql(LAST_STEPS)
        .param("id", id.value())
        .query(row -> {
          steps.put(row.getString("name"), row.getLong("step"));
        });
    return steps;
  }

  List<String> metricNames(JobId id) {
    return jdbc.sql(METRIC_NAMES)
        .param("id", id.value())
        .query((row, n) -> row.getString("name"))
        .list();
  }

  private static JobEvent event(ResultSet row, int number) throws SQLException {
    return new JobEvent(
        row.getLong("seq"),
        new JobId(row.getString("job_id")),
        Columns.instant(row, "at"),
        JobEvent.Level.valueOf(row.getString("level")),
        row.getString("type"),
        row.getString("message"),
        Columns.json(row, "data"));
  }
}
