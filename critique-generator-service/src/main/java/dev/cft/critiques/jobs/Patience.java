package dev.cft.critiques.jobs;

import dev.cft.store.jobs.JobRun;
import dev.cft.store.jobs.LeaseLostException;
import java.time.Duration;
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
        && !(e instanceof NonTransientDataAccessResourceException);
  }
}
