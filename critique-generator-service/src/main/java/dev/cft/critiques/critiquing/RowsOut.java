package dev.cft.critiques.critiquing;

import dev.cft.critiques.teachers.ConfiguredTeacher.Judged;
import dev.cft.critiques.teachers.TeacherUsages;
import dev.cft.critiques.teachers.Usage;
import dev.cft.store.datasets.DatasetRow;
import dev.cft.store.jobs.JobRun;
import dev.cft.store.jobs.Progress;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;

/// Collects a run's rows and writes them, with what they cost, in one fenced transaction each
/// batch.
final class RowsOut {
  private static final int BATCH = 500;
  private static final Duration MEASURE_EVERY = Duration.ofSeconds(1);

  private final JobRun run;
  private final String teacher;
  private final Tally tally;
  private final TeacherUsages usages;
  private final InstantSource clock;
  private final List<DatasetRow> rows = new ArrayList<>();
  private long calls;
  private Usage usage = Usage.NONE;
  private double costUsd;
  private Instant started;
  private Instant flushed;
  private Instant measured;
  private long rowsBefore;
  private long total;

  /// Adds rows to the dataset; called in a fenced transaction.
  interface Write {
    void rows(List<DatasetRow> batch);
  }

  RowsOut(JobRun run, String teacher, Tally tally, TeacherUsages usages, InstantSource clock) {
    this.run = run;
    this.teacher = teacher;
    this.tally = tally;
    this.usages = usages;
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
    rows.add(row);
  }

  /// A call that was answered.
  void paid(Judged judged) {
    calls++;
    usage = usage.plus(judged.reply().usage());
    costUsd += judged.costUsd();
  }

  boolean isFull() {
    return rows.size() >= BATCH;
  }

  /// Whether it is time to write: what was paid for at once, what was free in larger batches.
  ///
  /// @param isQuiet no further answer is ready
  boolean isDue(boolean isQuiet) {
    return isFull()
        || (isQuiet && usage.totalTokens() > 0)
        || flushed.plus(MEASURE_EVERY).isBefore(clock.instant());
  }

  /// @throws dev.cft.store.jobs.LeaseLostException and nothing is written
  void flush(Write write) {
    flushed = clock.instant();
    if (rows.isEmpty()) {
      return;
    }
    var batch = List.copyOf(rows);
    run.fenced(() -> {
      write.rows(batch);
      usages.add(teacher, calls, usage, costUsd);
      return null;
    });
    rows.clear();
    calls = 0;
    usage = Usage.NONE;
    costUsd = 0;
    if (measured.plus(MEASURE_EVERY).isBefore(flushed)) {
      measure();
    }
  }

  /// Tells how far the run is and how fast.
  void measure() {
    measured = flushed;
    if (tally.rows() == 0) {
      return;
    }
    run.progress(new Progress(tally.rows(), total, "rows"));
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
    run.metrics(tally.rows(), values);
  }

  /// What all jobs together have spent on the teacher.
  double spentOnTeacher() {
    return usages.of(teacher).costUsd();
  }
}
