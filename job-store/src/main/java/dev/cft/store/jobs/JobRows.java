package dev.cft.store.jobs;

import dev.cft.store.Columns;
import dev.cft.store.StoreJson;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import tools.jackson.core.type.TypeReference;
import tools.jackson.databind.node.ObjectNode;

/// A row of `jobs` as a [Job].
final class JobRows {
  /// What is read of a job `j`.
  static final String COLUMNS =
      """
      j.*,
      array(select n.need_id from job_needs n where n.job_id = j.id order by n.place) as needs,
      case when j.status = 'waiting' then array(
        select n.need_id from job_needs n join jobs needed on needed.id = n.need_id
        where n.job_id = j.id and needed.status <> 'succeeded' order by n.place) else '{}' end as unfinished
      """;

  private static final TypeReference<Map<String, String>> PAIRS = new TypeReference<>() {};

  private JobRows() {}

  static Job map(ResultSet row, int number) throws SQLException {
    return new Job(
        new JobId(row.getString("id")),
        JobKind.ofWireName(row.getString("kind")),
        Columns.read(row, "spec", ObjectNode.class),
        state(row),
        row.getInt("priority"),
        row.getInt("slots"),
        ids(row, "needs"),
        new Progress(
            row.getLong("progress_done"),
            row.getLong("progress_total"),
            row.getString("progress_unit")),
        row.getString("stage"),
        row.getInt("attempts"),
        StoreJson.mapper().readValue(row.getString("metadata"), PAIRS),
        row.getString("created_by"),
        Columns.instant(row, "created_at"),
        Columns.instantOrNull(row, "started_at"),
        Columns.instant(row, "updated_at"),
        row.getLong("version"));
  }

  static JobStatus status(String wireName) {
    return JobStatus.valueOf(wireName.toUpperCase(Locale.ROOT));
  }

  private static JobState state(ResultSet row) throws SQLException {
    return switch (status(row.getString("status"))) {
      case VALIDATING -> new JobState.Validating();
      case WAITING -> new JobState.Waiting(ids(row, "unfinished"));
      case QUEUED ->
          new JobState.Queued(Columns.instantOrNull(row, "not_before"), row.getString("reason"));
      case RUNNING -> new JobState.Running(lease(row));
      case PAUSING -> new JobState.Pausing(lease(row));
      case PAUSED -> new JobState.Paused();
      case SUCCEEDED ->
          new JobState.Succeeded(
              Columns.instant(row, "finished_at"), Columns.read(row, "result", ObjectNode.class));
      case FAILED ->
          new JobState.Failed(
              Columns.instant(row, "finished_at"), Columns.read(row, "error", JobError.class));
      case CANCELLED -> new JobState.Cancelled(Columns.instant(row, "finished_at"));
    };
  }

  private static Lease lease(ResultSet row) throws SQLException {
    return new Lease(
        Objects.requireNonNull(row.getString("lease_owner")),
        row.getLong("lease_token"),
        Columns.instant(row, "lease_until"));
  }

  private static List<JobId> ids(ResultSet row, String column) throws SQLException {
    return Columns.texts(row, column).stream().map(JobId::new).toList();
  }
}
