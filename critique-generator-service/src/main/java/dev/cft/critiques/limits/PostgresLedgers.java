package dev.cft.critiques.limits;

import dev.cft.store.StoreJson;
import java.util.Optional;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.transaction.support.TransactionOperations;

/// Ledgers in Postgres: all replicas count on the same one. Times are the database's, so that
/// replicas need not agree on theirs.
///
/// The table is unlogged: a ledger is worth seconds, and its commits must not wait for a disk.
/// After a crash of Postgres a new one begins.
public final class PostgresLedgers implements Ledgers {
  private static final String LOCK =
      """
      select state, floor(extract(epoch from clock_timestamp()) * 1000)::bigint as now
      from teacher_ledgers where teacher = :teacher for update
      """;

  private static final String CREATE =
      "insert into teacher_ledgers (teacher, state) values (:teacher, '{}') on conflict do nothing";

  private static final String WRITE =
      "update teacher_ledgers set state = :state where teacher = :teacher";

  private final JdbcClient jdbc;
  private final TransactionOperations transactions;
  private final String replica;

  /// @param replica this process's name, unlike any other's
  public PostgresLedgers(JdbcClient jdbc, TransactionOperations transactions, String replica) {
    this.jdbc = jdbc;
    this.transactions = transactions;
    this.replica = replica;
  }

  private record Kept(String state, long now) {
    Ledger ledger(Allowance allowance) {
      return state.equals("{}")
          ? Ledger.fresh(allowance, now)
          : StoreJson.mapper().readValue(state, Ledger.class);
    }
  }

  @Override
  public Grant exchange(String teacher, Allowance allowance, Report report) {
    return transactions.execute(_ -> {
      var kept = lock(teacher).orElseGet(() -> created(teacher));
      var cleared = Clearing.of(kept.ledger(allowance), allowance, replica, report, kept.now());
      jdbc.sql(WRITE)
          .param("teacher", teacher)
          .param("state", StoreJson.mapper().writeValueAsString(cleared.ledger()))
          .update();
      return cleared.grant();
    });
  }

  private Kept created(String teacher) {
    jdbc.sql(CREATE).param("teacher", teacher).update();
    return lock(teacher).orElseThrow();
  }

  private Optional<Kept> lock(String teacher) {
    return jdbc.sql(LOCK)
        .param("teacher", teacher)
        .query((row, _) -> new Kept(row.getString("state"), row.getLong("now")))
        .optional();
  }
}
