package dev.cft.critiques.critiquing;

import dev.cft.critiques.jobs.Patience;
import dev.cft.critiques.teachers.ConfiguredTeacher.Judged;
import dev.cft.critiques.teachers.TeacherUsages.Totals;
import dev.cft.store.datasets.DatasetRow;
import dev.cft.store.jobs.JobRun;
import dev.cft.store.jobs.Progress;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.dao.DataAccessException;
import org.springframework.transaction.TransactionException;

/// Collects a run's rows and writes them, with what they cost and where they can be found again, in
/// one fenced transaction each batch.
final class RowsOut {
  private static final Logger LOG = LoggerFactory.getLogger(RowsOut.class);
  private static final int BATCH = 500;
  private static final Duration MEASURE_EVERY = Duration.ofSeconds(1);

  private final JobRun run;
  private final CritiqueTask task;
  private final Tally tally;
  private final CritiqueStores stores;
  private final Patience patience;
  private final InstantSource clock;
  private final List<DatasetRow> rows = new ArrayList<>();
  private final List<Commission> reusable = new ArrayList<>();
  private final Map<String, Totals> paid = new HashMap<>();
  private int paidRows;
  private Instant started;
  private Instant flushed;
  private Instant measured;
  private long rowsBefore;
  private long total;

  RowsOut(JobRun run, CritiqueTask task, Tally tally, CritiqueStores stores, InstantSource clock) {
    this.run = run;
    this.task = task;
    this.tally = tally;
    this.stores = stores;
    this.patience = new Patience(run);
    this.clock = clock;
    this.started = clock.instant();
    this.flushed = started;
    this.measured = started;
  }

  /// Starts the clock of the figures.
  void begin(long totalRows) {
    total = totalRows;
    rowsBefore = tally.rows();
    started = clock.instant();
    flushed = started;
    measured = started;
  }

  void add(DatasetRow row) {
    tally.add(row);
    rows.add(row);
  }

  /// A call that was answered, and its row.
  void paid(Commission commission, Judged judged) {
    var row = CritiquedRow.of(commission, judged);
    add(row);
    if (row.critique() != null && commission.isReusable()) {
      reusable.add(commission);
    }
    if (commission.isReusable()) {
      paidRows++;
    }
    paid.merge(commission.by().teacher().name(), Totals.ofCall(judged), Totals::plus);
  }

  /// Rows that were paid for and are not safe yet.
  int unwrittenPaidRows() {
    return paidRows;
  }

  boolean isFull() {
    return rows.size() >= BATCH;
  }

  /// Whether it is time to write: what was paid for at once, what was free in larger batches.
  boolean isDue() {
    return isFull() || paidRows > 0 || flushed.plus(MEASURE_EVERY).isBefore(clock.instant());
  }

  /// Writes, again and again while the database does not answer.
  ///
  /// @throws dev.cft.store.jobs.LeaseLostException and nothing is written
  void flush() throws InterruptedException {
    flushed = clock.instant();
    if (rows.isEmpty()) {
      return;
    }
    patience.with(() ->
        run.fenced(() -> {
          if (stores.datasets().append(task.dataset(), rows) > 0) {
            stores.critiques().add(task.dataset(), reusable);
            paid.forEach(stores.usages()::add);
          }
          return null;
        }));
    rows.clear();
    reusable.clear();
    paid.clear();
    paidRows = 0;
    if (measured.plus(MEASURE_EVERY).isBefore(flushed)) {
      measure();
    }
  }

  /// Tells how far the run is and how fast. Figures can wait for the next time.
  void measure() {
    measured = flushed;
    if (tally.rows() == 0) {
      return;
    }
    try {
      run.progress(new Progress(tally.rows(), total, "rows"));
      run.metrics(tally.rows(), figures());
    } catch (DataAccessException | TransactionException e) {
      LOG.warn("The figures of {} could not be written: {}", run.job().id(), e.getMessage());
    }
  }

  private Map<String, Double> figures() {
    var seconds = Math.max(0.001, Duration.between(started, flushed).toMillis() / 1000.0);
    var values = new HashMap<String, Double>();
    values.put("rows_per_second", (tally.rows() - rowsBefore) / seconds);
    values.put("cost_usd", tally.costUsd());
    values.put("projected_cost_usd", tally.costUsd() / tally.rows() * total);
    values.put("tokens", (double) tally.usage().totalTokens());
    var agreement = tally.agreement();
    if (agreement != null) {
      values.put("agreement", agreement);
    }
    return values;
  }

  /// What all jobs together have spent on a teacher.
  double spentOn(String teacher) throws InterruptedException {
    return patience.with(() -> stores.usages().of(teacher).costUsd());
  }
}
