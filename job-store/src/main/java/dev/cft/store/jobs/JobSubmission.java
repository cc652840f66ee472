package dev.cft.store.jobs;

import static java.util.stream.Collectors.toMap;
import static java.util.stream.Collectors.toSet;

import dev.cft.store.Columns;
import dev.cft.store.StoreJson;
import java.time.InstantSource;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import tools.jackson.databind.JsonNode;

/// Puts new jobs into the store, all of a plan or none.
final class JobSubmission {
  /// Locks the rows, so that none of them ends unseen before the jobs that need it are committed.
  private static final String MARK_NEEDED =
      """
      update jobs j set needed = true
      from (select id from jobs where id = any(:ids) order by id for no key update) locked
      where j.id = locked.id
      returning j.id, j.status, coalesce(j.error ->> 'message', '') as message
      """;

  private static final String INSERT =
      """
      with added as (
        insert into jobs (id, kind, spec, status, priority, slots, metadata, created_by, unvalidated, needed, created_at, updated_at)
        select id, kind, spec, status, priority, slots, metadata, created_by, unvalidated, needed, :now, :now
        from rows from (json_to_recordset(:jobs::json) as (
          id text, kind text, spec json, status text, priority int, slots int, metadata jsonb, created_by text,
          unvalidated boolean, needed boolean)) with ordinality
        order by ordinality
        on conflict (id) do nothing
        returning id, status),
      noted as (
        insert into job_events (job_id, at, level, type, message, data)
        select id, :now, 'INFO', 'status', status, json_build_object('to', status) from added)
      select id from added
      """;

  private static final String INSERT_NEEDS =
      """
      insert into job_needs (job_id, need_id, place)
      select job_id, need_id, place
      from json_to_recordset(:needs::json) as n(job_id text, need_id text, place int)
      """;

  private static final String SPECS = "select id, spec from jobs where id = any(:ids)";

  private final JdbcClient jdbc;
  private final InstantSource clock;
  private final JobTransitions transitions;

  JobSubmission(JdbcClient jdbc, InstantSource clock, JobTransitions transitions) {
    this.jdbc = jdbc;
    this.clock = clock;
    this.transitions = transitions;
  }

  /// A job that others need, as it stands.
  private record Needed(JobStatus status, String message) {}

  private record NewRow(
      String id,
      String kind,
      JsonNode spec,
      String status,
      int priority,
      int slots,
      Map<String, String> metadata,
      @Nullable String createdBy,
      boolean unvalidated,
      boolean needed) {}

  private record NewNeed(String jobId, String needId, int place) {}

  /// To be called in a transaction.
  void submit(List<NewJob> jobs) {
    requireNoCircle(jobs);
    var needs = jobs.stream().flatMap(job -> job.needs().stream()).collect(toSet());
    var standing = markNeeded(needs);
    requireKnown(jobs, needs, standing.keySet());
    var added = insert(jobs, needs, standing);
    requireSameSpecs(jobs.stream().filter(job -> !added.contains(job.id())).toList());
    insertNeeds(jobs.stream().filter(job -> added.contains(job.id())).toList());
    standing.forEach(this::failDependantsOfTheLost);
  }

  private void failDependantsOfTheLost(JobId need, Needed standing) {
    switch (standing.status()) {
      case FAILED -> transitions.failDependants(need, "failed: " + standing.message());
      case CANCELLED -> transitions.failDependants(need, "was cancelled");
      case VALIDATING, WAITING, QUEUED, RUNNING, PAUSING, PAUSED, SUCCEEDED -> {}
    }
  }

  private Map<JobId, Needed> markNeeded(Set<JobId> needs) {
    if (needs.isEmpty()) {
      return Map.of();
    }
    var standing = new HashMap<JobId, Needed>();
    jdbc.sql(MARK_NEEDED)
        .param("ids", values(needs))
        .query(row -> {
          var status = JobRows.status(row.getString("status"));
          standing.put(
              new JobId(row.getString("id")), new Needed(status, row.getString("message")));
        });
    return standing;
  }

  private Set<JobId> insert(List<NewJob> jobs, Set<JobId> needed, Map<JobId, Needed> standing) {
    var rows = jobs.stream().map(job -> row(job, needed.contains(job.id()), standing)).toList();
    return jdbc.sql(INSERT)
        .param("jobs", Columns.json(rows))
        .param("now", Columns.at(clock.instant()))
        .query((row, n) -> new JobId(row.getString("id")))
        .set();
  }

  private static NewRow row(NewJob job, boolean needed, Map<JobId, Needed> standing) {
    return new NewRow(
        Columns.text(job.id().value()),
        job.kind().wireName(),
        StoreJson.object(job.spec()),
        firstStatus(job, standing).wireName(),
        job.priority(),
        job.slots(),
        job.metadata().entrySet().stream()
            .collect(
                toMap(pair -> Columns.text(pair.getKey()), pair -> Columns.text(pair.getValue()))),
        job.createdBy(),
        job.validateFirst(),
        needed);
  }

  private static JobStatus firstStatus(NewJob job, Map<JobId, Needed> standing) {
    if (job.validateFirst()) {
      return JobStatus.VALIDATING;
    }
    var ready =
        job.needs().stream()
            .allMatch(need ->
                standing.containsKey(need) && standing.get(need).status() == JobStatus.SUCCEEDED);
    return ready ? JobStatus.QUEUED : JobStatus.WAITING;
  }

  private void insertNeeds(List<NewJob> jobs) {
    var needs =
        jobs.stream()
            .flatMap(job -> {
              var distinct = List.copyOf(new LinkedHashSet<>(job.needs()));
              return distinct.stream()
                  .map(need -> new NewNeed(job.id().value(), need.value(), distinct.indexOf(need)));
            })
            .toList();
    if (!needs.isEmpty()) {
      jdbc.sql(INSERT_NEEDS).param("needs", Columns.json(needs)).update();
    }
  }

  private void requireSameSpecs(List<NewJob> existing) {
    if (existing.isEmpty()) {
      return;
    }
    var specs = new HashMap<String, JsonNode>();
    jdbc.sql(SPECS)
        .param("ids", values(existing.stream().map(NewJob::id).toList()))
        .query(row -> {
          specs.put(row.getString("id"), Columns.read(row, "spec", JsonNode.class));
        });
    for (var job : existing) {
      if (!StoreJson.mapper()
          .readTree(Columns.json(job.spec()))
          .equals(specs.get(job.id().value()))) {
        throw new IllegalArgumentException(
            "%s exists already with another spec".formatted(job.id()));
      }
    }
  }

  private static void requireKnown(List<NewJob> jobs, Set<JobId> needs, Set<JobId> existing) {
    var unknown = new HashSet<>(needs);
    unknown.removeAll(existing);
    jobs.forEach(job -> unknown.remove(job.id()));
    if (!unknown.isEmpty()) {
      throw new IllegalArgumentException(
          "needed jobs that do not exist: " + unknown.stream().sorted().toList());
    }
  }

  /// Only jobs of one submission can need each other in a circle.
  private static void requireNoCircle(List<NewJob> jobs) {
    var open = new HashMap<JobId, Set<JobId>>();
    jobs.forEach(job -> open.put(job.id(), new HashSet<>(job.needs())));
    open.values().forEach(needs -> needs.retainAll(open.keySet()));
    while (open.entrySet().removeIf(job -> job.getValue().isEmpty())) {
      open.values().forEach(needs -> needs.retainAll(open.keySet()));
    }
    if (!open.isEmpty()) {
      throw new IllegalArgumentException(
          "jobs that need each other in a circle: " + open.keySet().stream().sorted().toList());
    }
  }

  private static String[] values(Collection<JobId> ids) {
    return ids.stream().map(JobId::value).toArray(String[]::new);
  }
}
