package dev.cft.critiques.responses;

import dev.cft.critiques.responses.ResponseTask.Sample;
import dev.cft.lm.FinishReason;
import dev.cft.lm.Generation;
import dev.cft.lm.GenerationListener;
import dev.cft.lm.GenerationRequest;
import dev.cft.lm.LanguageModel;
import dev.cft.store.datasets.DatasetRow;
import dev.cft.store.jobs.JobRun;
import dev.cft.store.jobs.LeaseLostException;
import dev.cft.store.jobs.Outcome;
import dev.cft.store.jobs.Progress;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/// One attempt at a response job: hands the model groups of samples and writes each as it finishes.
final class ResponseRun {
  private static final int BATCH = 200;
  private static final Duration FLUSH_EVERY = Duration.ofSeconds(1);

  private final JobRun run;
  private final ResponseTask task;
  private final LanguageModel model;
  private final ResponseTally tally;
  private final InstantSource clock;
  private final List<DatasetRow> unwritten = new ArrayList<>();
  private final Instant started;
  private final long tokensBefore;
  private Instant flushed;

  ResponseRun(
      JobRun run,
      ResponseTask task,
      LanguageModel model,
      ResponseTally tally,
      InstantSource clock) {
    this.run = run;
    this.task = task;
    this.model = model;
    this.tally = tally;
    this.clock = clock;
    this.started = clock.instant();
    this.flushed = started;
    this.tokensBefore = tally.completionTokens();
  }

  /// Works until every sample is written.
  ///
  /// @param total output rows
  /// @param write adds rows to the dataset; called in a fenced transaction
  /// @return how to stop early; empty when all is done
  /// @throws LeaseLostException another worker has the job, or it was cancelled
  Optional<Outcome> go(
      Iterator<Sample> samples, int atOnce, long total, Consumer<List<DatasetRow>> write) {
    run.stage("sampling " + task.model());
    run.progress(new Progress(tally.rows(), total, "rows"));
    while (samples.hasNext() && run.signal() == JobRun.Signal.GO_ON) {
      generate(group(samples, atOnce), total, write);
      flush(total, write);
    }
    return switch (run.signal()) {
      case GO_ON -> Optional.empty();
      case PAUSE -> Optional.of(new Outcome.Paused());
      case SHUTDOWN, YIELD -> Optional.of(new Outcome.Released());
      case LEASE_LOST -> throw new LeaseLostException(run.job().id());
    };
  }

  private List<Sample> group(Iterator<Sample> samples, int atOnce) {
    var group = new ArrayList<Sample>();
    while (group.size() < atOnce && samples.hasNext()) {
      var sample = samples.next();
      if (!tally.has(sample.seq())) {
        group.add(sample);
      }
    }
    return group;
  }

  private void generate(List<Sample> group, long total, Consumer<List<DatasetRow>> write) {
    var accepted = new ArrayList<Sample>();
    var requests = new ArrayList<GenerationRequest>();
    for (var sample : group) {
      var request = request(sample);
      request.ifPresent(each -> {
        accepted.add(sample);
        requests.add(each);
      });
    }
    if (!requests.isEmpty()) {
      model.generate(requests, new Writer(accepted, total, write));
    }
  }

  /// The request; a sample that cannot be asked is recorded as failed.
  private Optional<GenerationRequest> request(Sample sample) {
    var question = sample.input().question();
    if (question == null || question.isBlank()) {
      record(task.failed(sample, "the row has no question"));
      return Optional.empty();
    }
    try {
      var request = task.request(model, sample);
      var room = model.config().maxPositions();
      if (request.promptTokens().length >= room) {
        record(
            task.failed(
                sample,
                "the question has %d tokens, the model takes %d"
                    .formatted(request.promptTokens().length, room - 1)));
        return Optional.empty();
      }
      return Optional.of(request);
    } catch (IllegalArgumentException e) {
      record(task.failed(sample, String.valueOf(e.getMessage())));
      return Optional.empty();
    }
  }

  private void record(DatasetRow row) {
    tally.add(row);
    unwritten.add(row);
  }

  /// Hears of finished rows in the handler's thread and asks the job whether to go on.
  private final class Writer implements GenerationListener {
    private final List<Sample> samples;
    private final long total;
    private final Consumer<List<DatasetRow>> write;

    Writer(List<Sample> samples, long total, Consumer<List<DatasetRow>> write) {
      this.samples = samples;
      this.total = total;
      this.write = write;
    }

    @Override
    public void finished(int index, Generation generation) {
      if (generation.finishReason() != FinishReason.CANCELLED) {
        record(task.answered(samples.get(index), generation));
      }
      if (unwritten.size() >= BATCH || flushed.plus(FLUSH_EVERY).isBefore(clock.instant())) {
        flush(total, write);
      }
    }

    @Override
    public boolean cancelled() {
      return run.signal() != JobRun.Signal.GO_ON;
    }
  }

  private void flush(long total, Consumer<List<DatasetRow>> write) {
    flushed = clock.instant();
    if (unwritten.isEmpty()) {
      return;
    }
    var batch = List.copyOf(unwritten);
    run.fenced(() -> {
      write.accept(batch);
      return null;
    });
    unwritten.clear();
    run.progress(new Progress(tally.rows(), total, "rows"));
    run.metrics(tally.rows(), figures());
  }

  private Map<String, Double> figures() {
    var seconds = Math.max(0.001, Duration.between(started, flushed).toMillis() / 1000.0);
    var values = new HashMap<String, Double>();
    values.put("tokens_per_second", (tally.completionTokens() - tokensBefore) / seconds);
    if (tally.labelled() > 0) {
      values.put("correct_rate", (double) tally.correct() / tally.labelled());
    }
    return values;
  }
}
