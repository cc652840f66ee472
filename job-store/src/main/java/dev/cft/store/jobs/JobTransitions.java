package dev.cft.store.jobs;

import dev.cft.store.Columns;
import dev.cft.store.jobs.Completions.Success;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.dao.PessimisticLockingFailureException;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.transaction.support.TransactionOperations;
import org.springframework.transaction.support.TransactionSynchronizationManager;

/// Every change of a job's status: one compare-and-set with its event, and in the same transaction
/// what follows for the jobs that need it.
final class JobTransitions {
  private static final Logger LOG = LoggerFactory.getLogger(JobTransitions.class);

  /// Our choice: two chains that cross may block each other; a third time in a row is not chance.
  private static final int TRIES = 3;

  /// `needed` is read as the row is changed: a submission that needs this job has locked the row
  /// and set it.
  private static final String CHANGE =
      """
      with changed as (
        update jobs set
          status = :to,
          reason = :reason,
          not_before = :notBefore,
          unvalidated = unvalidated and not (status = 'validating' and :to in ('waiting', 'queued')),
          attempts = greatest(attempts - :uncounted, 0),
          fruitless = case when status = 'paused' then 0 else greatest(fruitless - :uncounted, 0) end,
          lease_owner = case when :to = 'pausing' then lease_owner end,
          lease_until = case when :to = 'pausing' then lease_until end,
          finished_at = case when :to in ('failed', 'cancelled') then :now::timestamptz end,
          error = :error::json,
          updated_at = :now,
          version = version + 1
        where id = :id and status = any(:from)
          and (:token::bigint is null or (lease_token = :token and lease_until is not null))
        returning id, needed, old.status as was),
      noted as (
        insert into job_events (job_id, at, level, type, message, data)
        select id, :now, :level, 'status', :message, json_build_object('from', was, 'to', :to::text)
        from changed)
      select needed from changed
      """;

  /// The same for many jobs that succeed together. The status is not asked for: a token is of one
  /// claim, and with the status in it Postgres read all running jobs by their index.
  private static final String SUCCEED =
      """
      with changed as (
        update jobs j set
          status = 'succeeded',
          reason = null,
          not_before = null,
          lease_owner = null,
          lease_until = null,
          finished_at = :now,
          result = s.result::json,
          updated_at = :now,
          version = version + 1
        from unnest(:ids::text[], :tokens::bigint[], :results::text[]) as s(id, token, result)
        where j.id = s.id and j.lease_token = s.token and j.lease_until is not null
        returning j.id, j.needed, old.status as was),
      noted as (
        insert into job_events (job_id, at, level, type, message, data)
        select id, :now, 'INFO', 'status', 'succeeded', json_build_object('from', was, 'to', 'succeeded')
        from changed)
      select id, needed from changed
      """;

  private static final String DEPENDANTS =
      """
      select d.id from job_needs n join jobs d on d.id = n.job_id
      where n.need_id = :id and d.status = any(:statuses) order by d.id for update of d
      """;

  private static final String NEEDS_SUCCEEDED =
      """
      select not exists (
        select 1 from job_needs n join jobs needed on needed.id = n.need_id
        where n.job_id = :id and needed.status <> 'succeeded')
      """;

  /// Holds the needed jobs where they are until this transaction ends.
  private static final String HOLD_NEEDS =
      """
      select needed.id from jobs needed
      where needed.id in (select need_id from job_needs where job_id = :id)
      order by needed.id for share
      """;

  private final JdbcClient jdbc;
  private final TransactionOperations transactions;
  private final InstantSource clock;

  JobTransitions(JdbcClient jdbc, TransactionOperations transactions, InstantSource clock) {
    this.jdbc = jdbc;
    this.transactions = transactions;
    this.clock = clock;
  }

  /// Makes the change; false where the job is not where it must come from, or the lease is lost.
  boolean make(Change change) {
    return inTransaction(() -> apply(change));
  }

  /// Ends jobs that have succeeded, and tells which of them were still held.
  Set<JobId> succeed(List<Success> successes) {
    return inTransaction(() -> {
      var held = new HashSet<JobId>();
      var needed = new ArrayList<JobId>();
      jdbc.sql(SUCCEED)
          .param("ids", successes.stream().map(each -> each.id().value()).toArray(String[]::new))
          .param("tokens", successes.stream().map(Success::token).toArray(Long[]::new))
          .param(
              "results",
              successes.stream().map(each -> Columns.json(each.result())).toArray(String[]::new))
          .param("now", Columns.at(clock.instant()))
          .query(row -> {
            var id = new JobId(row.getString("id"));
            held.add(id);
            if (row.getBoolean("needed")) {
              needed.add(id);
            }
          });
      needed.forEach(this::queueDependants);
      return held;
    });
  }

  /// Takes a job that was validated or paused to `waiting` or `queued`, as its needs stand.
  boolean enqueue(Change queued) {
    return inTransaction(() -> {
      jdbc.sql(HOLD_NEEDS).param("id", queued.id().value()).query().listOfRows();
      return apply(needsSucceeded(queued.id()) ? queued : queued.insteadWaiting());
    });
  }

  /// What became of a need that has ended without success, for the jobs that need it.
  void failDependants(JobId need, String fate) {
    var error =
        new JobError("need_failed", "%s, which this job needs, %s".formatted(need, fate), null);
    dependants(
            need,
            EnumSet.complementOf(
                EnumSet.of(JobStatus.SUCCEEDED, JobStatus.FAILED, JobStatus.CANCELLED)))
        .forEach(id -> apply(Change.toFailed(id, error)));
  }

  /// Queues a waiting job if its needs have all succeeded. Of two needs that end together the later
  /// one finds the waiting job locked, and looks when the other has ended.
  boolean queueIfReady(JobId waiting) {
    var queued =
        Change.to(JobStatus.QUEUED, waiting, "queued: all jobs that it needs have succeeded");
    return inTransaction(() -> needsSucceeded(waiting) && apply(queued.from(JobStatus.WAITING)));
  }

  /// Runs in one transaction, again if another transaction's locks crossed ours.
  <T> T inTransaction(Supplier<T> work) {
    var joined = TransactionSynchronizationManager.isActualTransactionActive();
    for (int attempt = 1; ; attempt++) {
      try {
        return transactions.execute(status -> work.get());
      } catch (PessimisticLockingFailureException crossed) {
        if (joined || attempt == TRIES) {
          throw crossed;
        }
        LOG.info("Locks on jobs crossed; trying again (try {} of {})", attempt + 1, TRIES);
      }
    }
  }

  private boolean apply(Change change) {
    var needed =
        jdbc.sql(CHANGE)
            .param("id", change.id().value())
            .param("from", change.from().stream().map(JobStatus::wireName).toArray(String[]::new))
            .param("to", change.to().wireName())
            .param("token", change.token())
            .param("reason", change.facts().reason())
            .param("notBefore", Columns.atOrNull(change.facts().notBefore()))
            .param("error", Columns.json(change.facts().error()))
            .param("uncounted", change.counts() ? 0 : 1)
            .param("level", change.level().name())
            .param("message", Columns.text(change.message()))
            .param("now", Columns.at(clock.instant()))
            .query(Boolean.class)
            .optional();
    needed.filter(Boolean::booleanValue).ifPresent(yes -> follow(change));
    return needed.isPresent();
  }

  private void follow(Change change) {
    switch (change.to()) {
      case FAILED -> failDependants(change.id(), change.message());
      case CANCELLED -> failDependants(change.id(), "was cancelled");
      case VALIDATING, WAITING, QUEUED, RUNNING, PAUSING, PAUSED, SUCCEEDED -> {}
    }
  }

  private void queueDependants(JobId need) {
    dependants(need, EnumSet.of(JobStatus.WAITING)).forEach(this::queueIfReady);
  }

  private boolean needsSucceeded(JobId id) {
    return jdbc.sql(NEEDS_SUCCEEDED).param("id", id.value()).query(Boolean.class).single();
  }

  private List<JobId> dependants(JobId need, EnumSet<JobStatus> statuses) {
    return jdbc.sql(DEPENDANTS)
        .param("id", need.value())
        .param("statuses", statuses.stream().map(JobStatus::wireName).toArray(String[]::new))
        .query((row, n) -> new JobId(row.getString("id")))
        .list();
  }
}
