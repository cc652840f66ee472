package dev.cft.store.jobs;

import dev.cft.store.Columns;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.InstantSource;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.springframework.jdbc.core.simple.JdbcClient;

/// Takes jobs from the queue under a lease, and renews leases.
final class JobClaims {
  /// A job under our lease.
  ///
  /// @param token the lease's fencing token
  /// @param unvalidated its input is still to be checked
  record Claim(Job job, long token, boolean unvalidated) {}

  /// How many jobs are wanted.
  ///
  /// @param runs free slots for jobs to be done
  /// @param most slots that a job can have here: one that asks for more is left to others
  /// @param checks whose input is to be checked; these do not wait behind those that run
  record Wanted(int runs, int most, int checks) {
    static final Wanted ONE_RUN = new Wanted(1, 1, 0);
    static final Wanted ONE_CHECK = new Wanted(0, 1, 1);
  }

  /// The job that is next and for which there is no room.
  record Head(JobId id, int priority, int slots) {}

  /// A job whose lease ran out and that no claim takes.
  record Abandoned(JobId id, JobStatus status, long token, String owner, int fruitless) {}

  /// A new job, one whose time has come, or one whose lease ran out. An array of ids rather than a
  /// join, so that Postgres keeps one plan whatever the limit is, and need not plan each claim.
  ///
  /// Jobs are taken strictly in order, as far as all their slots are free: one that needs many is
  /// not overtaken for ever by ones that need few.
  private static final String CLAIM =
      """
      with ahead as (
        select id, slots, priority, ordinal from jobs
        where kind = :kind and status in ('queued', 'running') and (status <> 'running' or fruitless < :maxAttempts)
          and (not_before is null or not_before <= :now)
          and (lease_until is null or lease_until <= :now)
          and slots <= :most
        order by priority desc, ordinal
        limit :limit
        for update skip locked),
      next as (
        select id from (
          select id, sum(slots) over (order by priority desc, ordinal) as taken from ahead) fitted
        where taken <= :limit),
      unchecked as (
        select id from jobs
        where kind = :kind and status = 'validating' and (lease_until is null or lease_until <= :now)
        order by ordinal
        limit :checks
        for update skip locked),
      claimed as (
        update jobs j set
          status = case when status = 'validating' then status else 'running' end,
          attempts = attempts + case when status = 'validating' then 0 else 1 end,
          fruitless = fruitless + case when status = 'validating' then 0 else 1 end,
          reason = null,
          not_before = null,
          lease_owner = :owner,
          lease_token = lease_token + 1,
          lease_until = :until,
          claimed_at = :now,
          claimed_done = progress_done,
          started_at = case when status = 'validating' then started_at else coalesce(started_at, :now) end,
          updated_at = :now,
          version = version + 1
        where j.id = any(array(select id from next union all select id from unchecked))
        returning j.*, old.status as was, old.lease_owner as earlier_owner),
      noted as (
        insert into job_events (job_id, at, level, type, message, data)
        select id, :now, case was when 'running' then 'WARN' else 'INFO' end, 'status',
          case was when 'running' then 'running again: ' || earlier_owner || ' was lost' else 'running' end,
          json_build_object('from', was, 'to', status, 'worker', lease_owner, 'attempt', attempts)
        from claimed where status = 'running')
      select %s, j.unvalidated from claimed j order by j.priority desc, j.ordinal
      """
          .formatted(JobRows.COLUMNS);

  private static final String HEAD =
      """
      select id, priority, slots from jobs
      where kind = :kind and status = 'queued' and (not_before is null or not_before <= :now) and slots <= :most
      order by priority desc, ordinal
      limit 1
      """;

  private static final String RENEW =
      """
      update jobs j set lease_until = :until
      from unnest(:ids::text[], :tokens::bigint[]) as held(id, token)
      where j.id = held.id and j.lease_token = held.token and j.lease_until is not null
      returning j.id, j.status
      """;

  private static final String ABANDONED =
      """
      select id, status, lease_token, lease_owner, fruitless from jobs
      where kind = any(:kinds) and status in ('validating', 'queued', 'running', 'pausing')
        and (status = 'pausing' or status = 'running' and fruitless >= :maxAttempts)
        and lease_until <= :now
      """;

  private static final String READY =
      """
      select j.id from jobs j where j.status = 'waiting' and not exists (
        select 1 from job_needs n join jobs needed on needed.id = n.need_id
        where n.job_id = j.id and needed.status <> 'succeeded')
      """;

  private final JdbcClient jdbc;
  private final InstantSource clock;
  private final JobsProperties settings;

  JobClaims(JdbcClient jdbc, InstantSource clock, JobsProperties settings) {
    this.jdbc = jdbc;
    this.clock = clock;
    this.settings = settings;
  }

  List<Claim> claim(JobKind kind, Wanted wanted, String owner) {
    var now = clock.instant();
    return jdbc.sql(CLAIM)
        .param("kind", kind.wireName())
        .param("maxAttempts", settings.maxAttempts())
        .param("limit", wanted.runs())
        .param("most", wanted.most())
        .param("checks", wanted.checks())
        .param("owner", owner)
        .param("now", Columns.at(now))
        .param("until", Columns.at(now.plus(settings.lease())))
        .query(JobClaims::claim)
        .list();
  }

  /// The job that a claim would take first if there were room.
  Optional<Head> head(JobKind kind, int most) {
    return jdbc.sql(HEAD)
        .param("kind", kind.wireName())
        .param("most", most)
        .param("now", Columns.at(clock.instant()))
        .query((row, n) ->
            new Head(new JobId(row.getString("id")), row.getInt("priority"), row.getInt("slots")))
        .optional();
  }

  /// Renews those leases, and tells the status of the jobs that are still held.
  Map<JobId, JobStatus> renew(Collection<Claim> held) {
    return jdbc
        .sql(RENEW)
        .param("ids", held.stream().map(claim -> claim.job().id().value()).toArray(String[]::new))
        .param("tokens", held.stream().map(Claim::token).toArray(Long[]::new))
        .param("until", Columns.at(clock.instant().plus(settings.lease())))
        .query((row, n) ->
            Map.entry(new JobId(row.getString("id")), JobRows.status(row.getString("status"))))
        .list()
        .stream()
        .collect(Collectors.toMap(Map.Entry::getKey, Map.Entry::getValue));
  }

  /// Jobs whose worker was lost while it was asked to pause, or once too often.
  List<Abandoned> abandoned(Collection<JobKind> kinds) {
    return jdbc.sql(ABANDONED)
        .param("kinds", kinds.stream().map(JobKind::wireName).toArray(String[]::new))
        .param("maxAttempts", settings.maxAttempts())
        .param("now", Columns.at(clock.instant()))
        .query(JobClaims::abandoned)
        .list();
  }

  /// Waiting jobs that wait for nothing. There are none unless someone wrote to the tables by hand
  /// or resubmitted a plan at the moment that one of its jobs ended.
  List<JobId> ready() {
    return jdbc.sql(READY).query((row, n) -> new JobId(row.getString("id"))).list();
  }

  private static Claim claim(ResultSet row, int number) throws SQLException {
    return new Claim(
        JobRows.map(row, number), row.getLong("lease_token"), row.getBoolean("unvalidated"));
  }

  private static Abandoned abandoned(ResultSet row, int number) throws SQLException {
    return new Abandoned(
        new JobId(row.getString("id")),
        JobRows.status(row.getString("status")),
        row.getLong("lease_token"),
        row.getString("lease_owner"),
        row.getInt("fruitless"));
  }
}
