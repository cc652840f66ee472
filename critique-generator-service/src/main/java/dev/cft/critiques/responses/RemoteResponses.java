package dev.cft.critiques.responses;

import dev.cft.critiques.datasets.DatasetIds;
import dev.cft.critiques.jobs.Patience;
import dev.cft.critiques.limits.Asker;
import dev.cft.critiques.responses.ResponseTask.Sample;
import dev.cft.critiques.teachers.ConfiguredTeacher;
import dev.cft.critiques.teachers.ConfiguredTeacher.Responded;
import dev.cft.critiques.teachers.TeacherException;
import dev.cft.critiques.teachers.TeacherUsages;
import dev.cft.critiques.teachers.TeacherUsages.Totals;
import dev.cft.store.datasets.DatasetRow;
import dev.cft.store.datasets.Datasets;
import dev.cft.store.jobs.JobError;
import dev.cft.store.jobs.JobEvent.Level;
import dev.cft.store.jobs.JobRun;
import dev.cft.store.jobs.LeaseLostException;
import dev.cft.store.jobs.Outcome;
import dev.cft.store.jobs.Progress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// One attempt at a response job whose model answers elsewhere: keeps as many calls in flight as
/// the endpoint takes and writes what comes back. Its state belongs to the handler's thread.
final class RemoteResponses {
  private static final Logger LOG = LoggerFactory.getLogger(RemoteResponses.class);
  private static final Duration POLL = Duration.ofMillis(100);

  private final JobRun run;
  private final ResponseTask task;
  private final ConfiguredTeacher teacher;
  private final ResponseTally tally;
  private final Stores stores;
  private final Patience patience;
  private final Asker asker;
  private final String dataset;
  private final BlockingQueue<Answer> answers = new LinkedBlockingQueue<>();
  private final List<DatasetRow> unwritten = new ArrayList<>();
  private Totals paid = Totals.NONE;
  private int inFlight;
  private @Nullable Outcome stop;

  /// What is written.
  record Stores(Datasets datasets, TeacherUsages usages) {}

  /// What became of a call: exactly one of the two is there.
  private record Answer(
      Sample sample, @Nullable Responded responded, @Nullable RuntimeException failure) {}

  RemoteResponses(
      JobRun run,
      ResponseTask task,
      ConfiguredTeacher teacher,
      ResponseTally tally,
      Stores stores) {
    this.run = run;
    this.task = task;
    this.teacher = teacher;
    this.tally = tally;
    this.stores = stores;
    this.patience = new Patience(run);
    this.asker = Asker.job(run.job().id().value());
    this.dataset = DatasetIds.of(run.job().id());
  }

  /// Works until every sample is written.
  ///
  /// @param total output rows
  /// @return how to stop early; empty when all is done
  Optional<Outcome> go(Iterator<Sample> samples, long total) throws InterruptedException {
    run.stage("asking " + teacher.name());
    run.progress(new Progress(tally.rows(), total, "rows"));
    checkBudget();
    var executor = Executors.newVirtualThreadPerTaskExecutor();
    try {
      pump(samples, total, executor);
    } finally {
      teacher.withdraw(asker);
      executor.shutdownNow();
    }
    return Optional.ofNullable(stop);
  }

  private void pump(Iterator<Sample> samples, long total, ExecutorService executor)
      throws InterruptedException {
    var room = teacher.settings().concurrency();
    while (true) {
      heed(run.signal());
      // what is not written yet counts as in flight: a crash would pay for it again
      while (stop == null
          && inFlight + unwritten.size() < room
          && patience.with(samples::hasNext)) {
        submit(patience.with(samples::next), executor);
      }
      if (inFlight > 0) {
        var answer = answers.poll(POLL.toMillis(), TimeUnit.MILLISECONDS);
        for (; answer != null; answer = answers.poll()) {
          take(answer);
        }
      } else if (unwritten.isEmpty()) {
        return;
      }
      flush(total);
    }
  }

  private void heed(JobRun.Signal signal) {
    switch (signal) {
      case GO_ON -> {}
      case PAUSE -> stop(new Outcome.Paused());
      case SHUTDOWN, YIELD -> stop(new Outcome.Released());
      case LEASE_LOST -> throw new LeaseLostException(run.job().id());
    }
  }

  private void stop(Outcome outcome) {
    if (stop == null) {
      stop = outcome;
      teacher.withdraw(asker);
    }
  }

  private void submit(Sample sample, ExecutorService executor) {
    if (tally.has(sample.seq())) {
      return;
    }
    var question = sample.input().question();
    if (question == null || question.isBlank()) {
      record(task.failed(sample, "the row has no question"));
      return;
    }
    inFlight++;
    executor.execute(() -> answers.add(ask(sample)));
  }

  private Answer ask(Sample sample) {
    try {
      var sampling = task.sampling(sample, run.job().id().value());
      return new Answer(sample, teacher.respond(asker, sampling), null);
    } catch (RuntimeException e) {
      return new Answer(sample, null, e);
    }
  }

  private void take(Answer answer) throws InterruptedException {
    inFlight--;
    var responded = answer.responded();
    if (responded != null) {
      paid = paid.plus(Totals.ofCall(responded));
      record(task.answered(answer.sample(), responded));
    } else if (answer.failure() instanceof TeacherException failure) {
      takeFailure(answer.sample(), failure);
    } else {
      // not the endpoint's fault: the row fails, and the answers to the others are kept
      LOG.error(
          "Asking for row {} of {} broke down",
          answer.sample().seq(),
          run.job().id(),
          answer.failure());
      record(task.failed(answer.sample(), "internal_error: " + answer.failure()));
    }
  }

  private void takeFailure(Sample sample, TeacherException failure) throws InterruptedException {
    var words = failure.code() + ": " + failure.getMessage();
    switch (failure) {
      case TeacherException.BadRequest _ -> record(task.failed(sample, words));
      case TeacherException.Unavailable _ -> {
        if (stop == null) {
          record(task.failed(sample, words));
        }
      }
      case TeacherException.NotAsked _ -> {}
      case TeacherException.RateLimited limited ->
          park(words, limited.retryAfter().orElse(teacher.settings().rest()));
      case TeacherException.Resting resting -> park(words, resting.rest());
      case TeacherException.OutOfQuota _, TeacherException.Misconfigured _ -> fail(failure);
    }
  }

  private void fail(TeacherException failure) {
    stop(
        new Outcome.Failed(
            new JobError(
                failure.code(),
                "%s cannot be asked: %s".formatted(teacher.name(), failure.getMessage()),
                "model")));
  }

  /// The operator's budget, which is for all jobs together.
  private void checkBudget() throws InterruptedException {
    var budget = teacher.settings().budgetUsd();
    if (stop == null && budget != null) {
      var spent = patience.with(() -> stores.usages().of(teacher.name()).costUsd());
      if (spent >= budget) {
        fail(
            new TeacherException.OutOfQuota(
                "its budget of %s USD, set by the operator, is used up".formatted(budget)));
      }
    }
  }

  private void park(String reason, Duration delay) throws InterruptedException {
    if (stop == null) {
      stop(new Outcome.Parked(reason, delay));
      patience.with(() -> {
        run.event(Level.WARN, "%s; going on in %d s".formatted(reason, delay.toSeconds()), null);
        return null;
      });
    }
  }

  private void record(DatasetRow row) {
    tally.add(row);
    unwritten.add(row);
  }

  private void flush(long total) throws InterruptedException {
    if (unwritten.isEmpty()) {
      return;
    }
    patience.with(() ->
        run.fenced(() -> {
          if (stores.datasets().append(dataset, unwritten) > 0) {
            stores.usages().add(teacher.name(), paid);
          }
          return null;
        }));
    unwritten.clear();
    paid = Totals.NONE;
    checkBudget();
    patience.with(() -> {
      run.progress(new Progress(tally.rows(), total, "rows"));
      return null;
    });
  }
}
