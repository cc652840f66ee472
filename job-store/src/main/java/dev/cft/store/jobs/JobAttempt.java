package dev.cft.store.jobs;

import static java.util.Objects.requireNonNullElse;

import dev.cft.store.jobs.Completions.Success;
import dev.cft.store.jobs.JobEvent.Level;
import java.time.Duration;
import java.util.Locale;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.dao.DataAccessException;
import org.springframework.transaction.TransactionException;

/// One attempt: runs the handler, and does with the job what comes out of it.
final class JobAttempt {
  private static final Logger LOG = LoggerFactory.getLogger(JobAttempt.class);

  private static final Duration BETWEEN_TRIES = Duration.ofSeconds(1);

  private final HeldJob held;
  private final JobHandler handler;
  private final JobTables tables;
  private final JobsProperties settings;

  JobAttempt(HeldJob held, JobHandler handler, JobTables tables, JobsProperties settings) {
    this.held = held;
    this.handler = handler;
    this.tables = tables;
    this.settings = settings;
  }

  HeldJob held() {
    return held;
  }

  /// Returns normally whatever the handler does, and tells how the attempt ended, in one word.
  ///
  /// @param handlerReturned called before that is written: another job may begin
  String run(Runnable handlerReturned) {
    try {
      if (held.job().status() == JobStatus.VALIDATING) {
        var end = validation();
        handlerReturned.run();
        persist(end);
        return "validated";
      }
      var outcome = outcome();
      handlerReturned.run();
      persist(() -> {
        held.flush();
        end(outcome);
      });
      return outcome.getClass().getSimpleName().toLowerCase(Locale.ROOT);
    } catch (LeaseLostException lost) {
      LOG.info("{}; forgotten here", lost.getMessage());
      return "lost";
    } catch (RuntimeException broken) {
      LOG.warn(
          "Could not write how {} ended; its lease runs out and it is tried again", id(), broken);
      return "lost";
    }
  }

  /// Gives the job back because this process ends and the handler does not.
  void abandon() {
    if (tables.transitions().make(release("the worker shut down").heldUnder(token()).uncounted())) {
      LOG.warn("{} did not stop in time; another worker may take it now", held.job().id());
    }
  }

  /// Checks the input, and returns what is to be written then.
  private Runnable validation() {
    try {
      handler.validate(held.job());
      var queued = Change.toQueued(id(), "queued", null).heldUnder(token());
      return () -> tables.transitions().enqueue(queued);
    } catch (JobFailedException bad) {
      return () -> make(Change.toFailed(id(), bad.error()));
    } catch (RuntimeException broken) {
      LOG.error("Validation of {} broke down; the job fails", id(), broken);
      return () -> make(Change.toFailed(id(), unexpected(broken)));
    }
  }

  /// Writes how the attempt ended; while the database does not answer, again and again for as long
  /// as a lease holds, since the work behind it may have taken hours.
  private void persist(Runnable end) {
    var deadline = System.nanoTime() + settings.lease().toNanos();
    while (true) {
      try {
        end.run();
        return;
      } catch (DataAccessException | TransactionException broken) {
        if (System.nanoTime() > deadline) {
          throw broken;
        }
        LOG.warn("Could not write how {} ended ({}); trying again", id(), broken.getMessage());
        rest();
      }
    }
  }

  private static void rest() {
    try {
      Thread.sleep(BETWEEN_TRIES);
    } catch (InterruptedException stopping) {
      Thread.currentThread().interrupt();
    }
  }

  private Outcome outcome() {
    try {
      if (held.claim().unvalidated()) {
        handler.validate(held.job());
      }
      return handler.run(held);
    } catch (JobFailedException failed) {
      return new Outcome.Failed(failed.error());
    } catch (LeaseLostException lost) {
      throw lost;
    } catch (Throwable unexpected) {
      return afterUnexpected(unexpected);
    }
  }

  /// Whatever a handler threw, this attempt is over; only the worker's stopping is nobody's fault.
  private Outcome afterUnexpected(Throwable thrown) {
    Thread.interrupted(); // or the store could not be written to
    if (held.signal() == JobRun.Signal.SHUTDOWN) {
      LOG.info("{} stopped with the worker: {}", id(), thrown.toString());
      return new Outcome.Released();
    }
    LOG.error("{} failed in this attempt", id(), thrown);
    return new Outcome.Retry(unexpected(thrown), settings.retryDelayAfter(held.job().attempts()));
  }

  private void end(Outcome outcome) {
    switch (outcome) {
      case Outcome.Succeeded done -> succeed(done);
      case Outcome.Failed failed -> make(Change.toFailed(id(), failed.error()));
      case Outcome.Retry retry -> retry(retry);
      case Outcome.Paused p ->
          makeOr(paused().uncounted(), release("stopped without being asked to"));
      case Outcome.Parked parked ->
          backToQueue(
              Change.toQueued(id(), parked.reason(), tables.clock().instant().plus(parked.delay()))
                  .uncounted());
      case Outcome.Released r -> backToQueue(release(held.reasonOfRelease()).uncounted());
    }
  }

  private void succeed(Outcome.Succeeded done) {
    if (!tables.completions().write(new Success(id(), token(), done.result()))) {
      throw new LeaseLostException(id());
    }
  }

  private void retry(Outcome.Retry retry) {
    var attempt = held.fruitlessAttempts();
    if (attempt >= settings.maxAttempts()) {
      var error = retry.error();
      var message = "%s (after %d attempts)".formatted(error.message(), held.job().attempts());
      make(Change.toFailed(id(), new JobError(error.code(), message, error.param())));
      return;
    }
    var words =
        "attempt %d of %d failed: %s"
            .formatted(attempt, settings.maxAttempts(), retry.error().message());
    backToQueue(
        Change.toQueued(id(), words, tables.clock().instant().plus(retry.delay())).at(Level.WARN));
  }

  /// A job that was asked to pause in the meantime pauses.
  private void backToQueue(Change queued) {
    makeOr(queued.from(JobStatus.RUNNING), queued.counts() ? paused() : paused().uncounted());
  }

  private Change paused() {
    return Change.to(JobStatus.PAUSED, id(), "paused").from(JobStatus.PAUSING);
  }

  private Change release(String reason) {
    return Change.toQueued(id(), reason, null).from(JobStatus.RUNNING);
  }

  private void makeOr(Change first, Change second) {
    if (!tables.transitions().make(first.heldUnder(token()))) {
      make(second);
    }
  }

  private void make(Change change) {
    if (!tables.transitions().make(change.heldUnder(token()))) {
      throw new LeaseLostException(id());
    }
  }

  private JobId id() {
    return held.job().id();
  }

  private long token() {
    return held.claim().token();
  }

  private static JobError unexpected(Throwable thrown) {
    return new JobError(
        "internal_error", requireNonNullElse(thrown.getMessage(), thrown.toString()), null);
  }
}
