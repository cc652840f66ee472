package dev.cft.critiques.critiquing;

import dev.cft.critiques.critiquing.RowsOut.Write;
import dev.cft.critiques.jobs.Input;
import dev.cft.critiques.teachers.ConfiguredTeacher.Judged;
import dev.cft.critiques.teachers.TeacherException;
import dev.cft.store.datasets.DatasetRow;
import dev.cft.store.jobs.JobError;
import dev.cft.store.jobs.JobEvent.Level;
import dev.cft.store.jobs.JobRun;
import dev.cft.store.jobs.LeaseLostException;
import dev.cft.store.jobs.Outcome;
import dev.cft.store.jobs.Progress;
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

/// One attempt at a critique job: keeps as many rows in flight as the teacher takes and hands on
/// what comes back. All state is touched by the handler's thread alone; calls run on virtual
/// threads and report through a queue.
final class CritiqueRun {
  private static final Duration POLL = Duration.ofMillis(100);

  /// How long calls in flight may take to end when this process shuts down; they are paid for.
  private static final Duration SHUTDOWN_PATIENCE = Duration.ofSeconds(10);

  private final JobRun run;
  private final CritiqueTask task;
  private final Tally tally;
  private final RowsOut out;
  private final InstantSource clock;
  private final CritiquedRow rows;
  private final BlockingQueue<Answer> answers = new LinkedBlockingQueue<>();

  /// The most that each call in flight can cost, by `seq`.
  private final Map<Long, Double> inFlight = new HashMap<>();

  private @Nullable Stop stop;
  private Instant patience = Instant.MAX;

  /// What became of a call: exactly one of the two is there.
  private record Answer(
      DatasetRow input, @Nullable Judged judged, @Nullable RuntimeException failure) {}

  CritiqueRun(JobRun run, CritiqueTask task, Tally tally, RowsOut out, InstantSource clock) {
    this.run = run;
    this.task = task;
    this.tally = tally;
    this.out = out;
    this.clock = clock;
    this.rows = new CritiquedRow(task.teacher(), task.prompt().version());
  }

  /// Works until every row is written or something stops it.
  ///
  /// @throws LeaseLostException another worker has the job, or it was cancelled
  Stop go(Input input, Write write) throws InterruptedException {
    var limit = task.spec().limit();
    var total = limit == null ? input.total() : Math.min(input.total(), limit);
    run.stage("asking " + task.teacher().name());
    run.progress(new Progress(tally.rows(), total, "rows"));
    out.begin(total);
    checkTeacherBudget();
    var executor = Executors.newVirtualThreadPerTaskExecutor();
    try {
      pump(new RemainingRows(input.rows(), total, tally::has), executor, write);
    } finally {
      executor.shutdownNow();
    }
    out.flush(write);
    out.measure();
    return stop == null ? new Stop.Done() : stop;
  }

  private void pump(RemainingRows remaining, ExecutorService executor, Write write)
      throws InterruptedException {
    while (true) {
      heed(run.signal());
      submitMore(remaining, executor);
      if ((inFlight.isEmpty() && (stop != null || remaining.peek() == null))
          || clock.instant().isAfter(patience)) {
        return;
      }
      var answer = answers.poll(POLL.toMillis(), TimeUnit.MILLISECONDS);
      for (; answer != null; answer = answers.poll()) {
        take(answer);
      }
      if (out.isDue(answers.isEmpty())) {
        out.flush(write);
        checkTeacherBudget();
      }
    }
  }

  private void heed(JobRun.Signal signal) {
    switch (signal) {
      case GO_ON -> {}
      case PAUSE -> stopEarly(new Outcome.Paused());
      case SHUTDOWN -> {
        stopEarly(new Outcome.Released());
        if (patience.equals(Instant.MAX)) {
          patience = clock.instant().plus(SHUTDOWN_PATIENCE);
        }
      }
      case LEASE_LOST -> throw new LeaseLostException(run.job().id());
    }
  }

  private void stopEarly(Outcome outcome) {
    if (stop == null) {
      stop = new Stop.Early(outcome);
    }
  }

  private void submitMore(RemainingRows remaining, ExecutorService executor) {
    var most = task.teacher().settings().concurrency();
    for (var row = remaining.peek(); stop == null && row != null; row = remaining.peek()) {
      var objection = CritiquedRow.objection(row);
      if (objection != null) {
        record(rows.failed(row, objection));
      } else if (inFlight.size() == most || !submit(row, remaining, executor)) {
        return;
      }
      remaining.take();
      if (out.isFull()) {
        return;
      }
    }
  }

  /// Submits a row unless the budget forbids it.
  private boolean submit(DatasetRow row, RemainingRows remaining, ExecutorService executor) {
    var question = task.question(row);
    var cost = task.teacher().mostUsd(question);
    if (!isAffordable(cost)) {
      if (inFlight.isEmpty()) {
        stopForBudget(remaining.left());
      }
      return false;
    }
    inFlight.put(row.seq(), cost);
    executor.execute(() -> answers.add(ask(row)));
    return true;
  }

  /// Whether the worst that this call and those in flight can cost still fits.
  private boolean isAffordable(double cost) {
    var budget = task.spec().budgetUsd();
    var reserved = inFlight.values().stream().mapToDouble(Double::doubleValue).sum();
    return budget == null || tally.costUsd() + reserved + cost <= budget;
  }

  private void stopForBudget(long rowsLeft) {
    stop = new Stop.OutOfBudget(rowsLeft);
    run.event(
        Level.WARN,
        "Stopped before the budget of %s USD is exceeded: %.4f USD are spent, %d rows are left"
            .formatted(task.spec().budgetUsd(), tally.costUsd(), rowsLeft),
        null);
  }

  private Answer ask(DatasetRow row) {
    try {
      return new Answer(row, task.teacher().critique(task.question(row)), null);
    } catch (RuntimeException e) {
      return new Answer(row, null, e);
    }
  }

  private void take(Answer answer) {
    inFlight.remove(answer.input().seq());
    var judged = answer.judged();
    if (judged != null) {
      out.paid(judged);
      record(rows.of(answer.input(), judged));
    } else if (answer.failure() instanceof TeacherException failure) {
      takeFailure(answer.input(), failure);
    } else {
      throw new IllegalStateException("asking for row " + answer.input().seq(), answer.failure());
    }
  }

  private void takeFailure(DatasetRow input, TeacherException failure) {
    switch (failure) {
      case TeacherException.BadRequest bad -> record(rows.failed(input, words(bad)));
      case TeacherException.Unavailable gone -> {
        if (stop == null) {
          record(rows.failed(input, words(gone)));
        }
      }
      case TeacherException.RateLimited limited ->
          park(
              "The teacher %s is rate limited".formatted(task.teacher().name()),
              limited.retryAfter().orElse(task.teacher().settings().rest()));
      case TeacherException.Resting resting -> park(words(resting), resting.rest());
      case TeacherException.OutOfQuota broke -> fail(broke);
      case TeacherException.Misconfigured wrong -> fail(wrong);
    }
  }

  private void record(DatasetRow row) {
    tally.add(row);
    out.add(row);
  }

  private static String words(TeacherException e) {
    return e.code() + ": " + e.getMessage();
  }

  /// The rows that were not answered stay without an outcome and are asked for later.
  private void park(String reason, Duration delay) {
    if (stop == null) {
      stop = new Stop.Early(new Outcome.Parked(reason, delay));
      run.event(Level.WARN, "%s; going on in %d s".formatted(reason, delay.toSeconds()), null);
    }
  }

  private void fail(TeacherException e) {
    if (!(stop instanceof Stop.Early(Outcome.Failed _))) {
      var message =
          "The teacher %s cannot be asked: %s. The rows written so far are kept; POST /v1/critiques/jobs/%s/retry_failed goes on from them."
              .formatted(task.teacher().name(), e.getMessage(), task.job());
      stop = new Stop.Early(new Outcome.Failed(new JobError(e.code(), message, "teacher")));
    }
  }

  private void checkTeacherBudget() {
    var budget = task.teacher().settings().budgetUsd();
    if (stop == null && budget != null && out.spentOnTeacher() >= budget) {
      fail(
          new TeacherException.OutOfQuota(
              "its budget of %s USD, set by the operator, is used up".formatted(budget)));
    }
  }
}
