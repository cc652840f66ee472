package dev.cft.critiques.jobs;

import dev.cft.store.jobs.JobRun;
import dev.cft.store.jobs.LeaseLostException;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Set;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.dao.DataAccessException;
import org.springframework.dao.NonTransientDataAccessException;
import org.springframework.dao.NonTransientDataAccessResourceException;
import org.springframework.transaction.TransactionException;

/// Does what needs the database again while it does not answer, for as long as the job is held:
/// answers that were paid for wait in memory meanwhile.
public record Patience(JobRun run) {
  private static final Logger LOG = LoggerFactory.getLogger(Patience.class);
  private static final Duration BETWEEN_TRIES = Duration.ofMillis(500);

  /// Classes of SQLSTATE: no connection, no resources, an operator's intervention, a system error.
  /// The pool's "Connection is closed" has none.
  private static final Set<String> OUTAGES = Set.of("08", "53", "57", "58");

  /// Does the work until the database takes it.
  ///
  /// @throws LeaseLostException the job was lost before the database came back
  public <T extends @Nullable Object> T with(Supplier<T> work) throws InterruptedException {
    for (var isFirst = true; ; isFirst = false) {
      try {
        return work.get();
      } catch (DataAccessException | TransactionException e) {
        if (isHopeless(e)) {
          throw e;
        }
        if (isFirst) {
          LOG.warn(
              "{} cannot write ({}); it tries again while its lease holds",
              run.job().id(),
              e.getMessage());
        }
        if (run.signal() == JobRun.Signal.LEASE_LOST) {
          throw new LeaseLostException(run.job().id());
        }
        Thread.sleep(BETWEEN_TRIES);
      }
    }
  }

  private static boolean isHopeless(RuntimeException e) {
    return e instanceof NonTransientDataAccessException
        && !(e instanceof NonTransientDataAccessResourceException)
        && !isOutage(e);
  }

  /// A connection that breaks takes its transaction's commit or rollback with it, and JPA tells
  /// that failure, which is of no category, in place of the first: what happened stands behind it.
  private static boolean isOutage(Throwable e) {
    if (e instanceof SQLException sql) {
      var state = sql.getSQLState();
      return state == null || OUTAGES.contains(state.substring(0, 2));
    }
    return e.getCause() != null && isOutage(e.getCause());
  }
}
