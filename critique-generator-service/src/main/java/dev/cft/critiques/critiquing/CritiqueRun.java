package dev.cft.critiques.critiquing;

import dev.cft.critiques.critiquing.Commissions.Pending;
import dev.cft.critiques.jobs.Patience;
import dev.cft.critiques.teachers.ConfiguredTeacher.Judged;
import dev.cft.critiques.teachers.TeacherException;
import dev.cft.store.jobs.JobError;
import dev.cft.store.jobs.JobEvent.Level;
import dev.cft.store.jobs.JobRun;
import dev.cft.store.jobs.LeaseLostException;
import dev.cft.store.jobs.Outcome;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// One attempt at a critique job: keeps as many rows in flight as the teachers take and hands on
/// what comes back. All state is touched by the handler's thread alone; calls run on virtual
/// threads and report through a queue.
final class CritiqueRun {
  private static final Logger LOG = LoggerFactory.getLogger(CritiqueRun.class);
  private static final Duration POLL = Duration.ofMillis(100);

  /// How long calls in flight may take to end when this process shuts down; they are paid for.
  private static final Duration SHUTDOWN_PATIENCE = Duration.ofSeconds(10);

  private final JobRun run;
  private final CritiqueTask task;
  private final Tally tally;
  private final RowsOut out;
  private final InstantSource clock;
  private final Patience patience;
  private final BlockingQueue<Answer> answers = new LinkedBlockingQueue<>();

  /// The most that each call in flight can cost, by `seq`.
  private final Map<Long, Double> inFlight = new HashMap<>();

  private double reservedUsd;
  private @Nullable Stop stop;
  private Instant until = Instant.MAX;

  /// What became of a call: exactly one of the two is there.
  private record Answer(
      Commission commission, @Nullable Judged judged, @Nullable RuntimeException failure) {}

  CritiqueRun(JobRun run, CritiqueTask task, Tally tally, RowsOut out, InstantSource clock) {
    this.run = run;
    this.task = task;
    this.tally = tally;
    this.out = out;
    this.clock = clock;
    this.patience = new Patience(run);
  }

  /// Works until every row is written or something stops it.
  ///
  /// @throws LeaseLostException another worker has the job, or it was cancelled
  Stop go(Commissions commissions) throws InterruptedException {
    run.stage("asking " + task.teacherNames());
    checkTeacherBudgets();
    var executor = Executors.newVirtualThreadPerTaskExecutor();
    try {
      pump(commissions, executor);
    } finally {
      task.withdraw();
      executor.shutdownNow();
    }
    out.flush();
    out.measure();
    return stop == null ? new Stop.Done() : stop;
  }

  private void pump(Commissions commissions, ExecutorService executor) throws InterruptedException {
    while (true) {
      heed(run.signal());
      submitMore(commissions, executor);
      if ((inFlight.isEmpty() && (stop != null || next(commissions) == null))
          || clock.instant().isAfter(until)) {
        return;
      }
      var answer = inFlight.isEmpty() ? null : answers.poll(POLL.toMillis(), TimeUnit.MILLISECONDS);
      for (; answer != null; answer = answers.poll()) {
        take(answer);
      }
      if (out.isDue()) {
        out.flush();
        checkTeacherBudgets();
      }
    }
  }

  private @Nullable Pending next(Commissions commissions) throws InterruptedException {
    return patience.with(commissions::peek);
  }

  private void heed(JobRun.Signal signal) {
    switch (signal) {
      case GO_ON -> {}
      case PAUSE -> stopEarly(new Outcome.Paused());
      case SHUTDOWN, YIELD -> {
        stopEarly(new Outcome.Released());
        if (until.equals(Instant.MAX)) {
          until = clock.instant().plus(SHUTDOWN_PATIENCE);
        }
      }
      case LEASE_LOST -> throw new LeaseLostException(run.job().id());
    }
  }

  private void stopEarly(Outcome outcome) {
    if (stop == null) {
      stop(new Stop.Early(outcome));
    }
  }

  /// From now on nothing is asked; calls in flight are still written.
  private void stop(Stop why) {
    stop = why;
    task.withdraw();
  }

  private void submitMore(Commissions commissions, ExecutorService executor)
      throws InterruptedException {
    while (stop == null && !out.isFull()) {
      var next = next(commissions);
      if (next == null || !handle(next, commissions, executor)) {
        return;
      }
      commissions.take();
    }
  }

  /// False where it has to wait.
  private boolean handle(Pending next, Commissions commissions, ExecutorService executor)
      throws InterruptedException {
    var commission = next.commission();
    var objection = CritiquedRow.objection(commission.row());
    if (objection != null) {
      out.add(CritiquedRow.failed(commission, objection));
      return true;
    }
    if (next.found() != null) {
      out.add(CritiquedRow.reused(commission, next.found()));
      return true;
    }
    // what is not written yet counts as in flight: a crash would pay for it again
    return inFlight.size() + out.unwrittenPaidRows() < task.concurrency()
        && submit(commission, commissions, executor);
  }

  /// Submits a row unless the budget forbids it.
  private boolean submit(Commission commission, Commissions commissions, ExecutorService executor)
      throws InterruptedException {
    var cost = commission.mostUsd();
    if (!isAffordable(cost)) {
      if (inFlight.isEmpty()) {
        stopForBudget(commissions.left());
      }
      return false;
    }
    inFlight.put(commission.seq(), cost);
    reservedUsd += cost;
    executor.execute(() -> answers.add(ask(commission)));
    return true;
  }

  /// Whether the worst that this call and those in flight can cost still fits.
  private boolean isAffordable(double cost) {
    var budget = task.spec().budgetUsd();
    return budget == null || tally.costUsd() + reservedUsd + cost <= budget;
  }

  private void stopForBudget(long rowsLeft) throws InterruptedException {
    stop(new Stop.OutOfBudget(rowsLeft));
    tell(
        "Stopped before the budget of %s USD is exceeded: %.4f USD are spent, %d rows are left"
            .formatted(task.spec().budgetUsd(), tally.costUsd(), rowsLeft));
  }

  private void tell(String message) throws InterruptedException {
    patience.with(() -> {
      run.event(Level.WARN, message, null);
      return null;
    });
  }

  private Answer ask(Commission commission) {
    try {
      var judged = commission.by().teacher().critique(task.asker(), commission.question());
      return new Answer(commission, judged, null);
    } catch (RuntimeException e) {
      return new Answer(commission, null, e);
    }
  }

  private void take(Answer answer) throws InterruptedException {
    var reserved = inFlight.remove(answer.commission().seq());
    reservedUsd = inFlight.isEmpty() || reserved == null ? 0 : reservedUsd - reserved;
    var judged = answer.judged();
    if (judged != null) {
      out.paid(answer.commission(), judged);
    } else if (answer.failure() instanceof TeacherException failure) {
      takeFailure(answer.commission(), failure);
    } else {
      // not the teacher's fault: the row fails, and the answers to the others are kept
      LOG.error(
          "Asking for row {} of {} broke down",
          answer.commission().seq(),
          task.job(),
          answer.failure());
      out.add(CritiquedRow.failed(answer.commission(), "internal_error: " + answer.failure()));
    }
  }

  private void takeFailure(Commission commission, TeacherException failure)
      throws InterruptedException {
    var teacher = commission.by().teacher();
    switch (failure) {
      case TeacherException.BadRequest bad -> out.add(CritiquedRow.failed(commission, words(bad)));
      case TeacherException.Unavailable gone -> {
        if (stop == null) {
          out.add(CritiquedRow.failed(commission, words(gone)));
        }
      }
      case TeacherException.NotAsked _ -> {}
      case TeacherException.RateLimited limited ->
          park(
              "The teacher %s is rate limited".formatted(teacher.name()),
              limited.retryAfter().orElse(teacher.settings().rest()));
      case TeacherException.Resting resting -> park(words(resting), resting.rest());
      case TeacherException.OutOfQuota broke -> fail(teacher.name(), broke);
      case TeacherException.Misconfigured wrong -> fail(teacher.name(), wrong);
    }
  }

  private static String words(TeacherException e) {
    return e.code() + ": " + e.getMessage();
  }

  /// The rows that were not answered stay without an outcome and are asked for later.
  private void park(String reason, Duration delay) throws InterruptedException {
    if (stop == null) {
      stop(new Stop.Early(new Outcome.Parked(reason, delay)));
      tell("%s; going on in %d s".formatted(reason, delay.toSeconds()));
    }
  }

  private void fail(String teacher, TeacherException e) {
    if (!(stop instanceof Stop.Early(Outcome.Failed _))) {
      var message =
          "The teacher %s cannot be asked: %s. The rows written so far are kept; POST /v1/critiques/jobs/%s/retry_failed goes on from them."
              .formatted(teacher, e.getMessage(), task.job());
      stop(new Stop.Early(new Outcome.Failed(new JobError(e.code(), message, "teacher"))));
    }
  }

  private void checkTeacherBudgets() throws InterruptedException {
    for (var each : task.teachers()) {
      var budget = each.teacher().settings().budgetUsd();
      if (stop == null && budget != null && out.spentOn(each.teacher().name()) >= budget) {
        fail(
            each.teacher().name(),
            new TeacherException.OutOfQuota(
                "its budget of %s USD, set by the operator, is used up".formatted(budget)));
      }
    }
  }
}
