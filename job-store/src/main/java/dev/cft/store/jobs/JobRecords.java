package dev.cft.store.jobs;

import dev.cft.store.Columns;
import dev.cft.store.StoreJson;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import tools.jackson.databind.JsonNode;

/// What the holder of a lease writes down while it works. Each write is one statement that changes
/// nothing where the lease is lost.
///
/// A worker that hangs in a transaction keeps its job's row locked, and claims pass over locked
/// rows: those statements that begin one tell Postgres to end it when it was idle for a lease.
final class JobRecords {
  private static final String PROGRESS =
      """
      update jobs set
        progress_done = :done,
        progress_total = :total,
        progress_unit = :unit,
        progress_at = :now,
        fruitless = case when :done > progress_best then least(fruitless, 1) else fruitless end,
        progress_best = greatest(progress_best, :done),
        updated_at = :now,
        version = version + 1
      where id = :id and lease_token = :token and lease_until is not null
      """;

  private static final String STAGE =
      """
      update jobs set stage = :stage, updated_at = :now, version = version + 1
      where id = :id and lease_token = :token and lease_until is not null
      """;

  private static final String EVENT =
      """
      with held as (
        update jobs set updated_at = :now, version = version + 1
        where id = :id and lease_token = :token and lease_until is not null
        returning id, set_config('idle_in_transaction_session_timeout', :patience, true))
      insert into job_events (job_id, at, level, type, message, data)
      select id, :now, :level, :type, :message, :data::json from held
      """;

  private static final String METRICS =
      """
      insert into job_metrics (job_id, name, step, value)
      select :id, name, :step, value from unnest(:names::text[], :values::float8[]) as m(name, value)
      on conflict (job_id, name, step) do update set value = excluded.value
      """;

  private static final String LOCK =
      """
      select id, set_config('idle_in_transaction_session_timeout', :patience, true) from jobs
      where id = :id and lease_token = :token and lease_until is not null
      for no key update
      """;

  private final JdbcClient jdbc;
  private final InstantSource clock;
  private final String patience;

  JobRecords(JdbcClient jdbc, InstantSource clock, Duration lease) {
    this.jdbc = jdbc;
    this.clock = clock;
    this.patience = lease.toMillis() + "ms";
  }

  void progress(JobId id, long token, Progress progress) {
    var written =
        held(PROGRESS, id, token)
            .param("done", progress.done())
            .param("total", progress.total())
            .param("unit", progress.unit())
            .param("now", Columns.at(clock.instant()))
            .update();
    require(id, written);
  }

  void stage(JobId id, long token, String words) {
    var written =
        held(STAGE, id, token)
            .param("stage", Columns.text(words))
            .param("now", Columns.at(clock.instant()))
            .update();
    require(id, written);
  }

  void event(JobId id, long token, JobEvent.Level level, String message, @Nullable JsonNode data) {
    write(held(EVENT, id, token).param("type", "message"), id, new Entry(level, message, data));
  }

  /// Both the series and a `metrics` event; to be called in a transaction.
  void metrics(JobId id, long token, long step, Map<String, Double> values) {
    var entry = new Entry(JobEvent.Level.INFO, words(step, values), data(step, values));
    write(held(EVENT, id, token).param("type", "metrics"), id, entry);
    jdbc.sql(METRICS)
        .param("id", id.value())
        .param("step", step)
        .param("names", values.keySet().toArray(String[]::new))
        .param("values", values.values().toArray(Double[]::new))
        .update();
  }

  /// Attempts in a row, with the present one, that got the job no further.
  int fruitlessAttempts(JobId id) {
    return jdbc.sql("select fruitless from jobs where id = :id")
        .param("id", id.value())
        .query(Integer.class)
        .single();
  }

  /// Locks the job until the transaction ends.
  void lock(JobId id, long token) {
    require(id, held(LOCK, id, token).param("patience", patience).query().listOfRows().size());
  }

  private record Entry(JobEvent.Level level, String message, @Nullable JsonNode data) {}

  private void write(JdbcClient.StatementSpec event, JobId id, Entry entry) {
    var written =
        event
            .param("patience", patience)
            .param("level", entry.level().name())
            .param("message", Columns.text(entry.message()))
            .param("data", Columns.json(entry.data()))
            .param("now", Columns.at(clock.instant()))
            .update();
    require(id, written);
  }

  private JdbcClient.StatementSpec held(String sql, JobId id, long token) {
    return jdbc.sql(sql).param("id", id.value()).param("token", token);
  }

  private static void require(JobId id, int rows) {
    if (rows == 0) {
      throw new LeaseLostException(id);
    }
  }

  private static String words(long step, Map<String, Double> values) {
    return values.entrySet().stream()
        .map(value -> "%s=%.5g".formatted(value.getKey(), value.getValue()))
        .sorted()
        .collect(Collectors.joining(", ", "Step %d: ".formatted(step), ""));
  }

  private static JsonNode data(long step, Map<String, Double> values) {
    var data = StoreJson.mapper().createObjectNode().put("step", step);
    values.forEach(data::put);
    return data;
  }
}
