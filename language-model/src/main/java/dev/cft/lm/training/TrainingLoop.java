package dev.cft.lm.training;

import dev.cft.lm.Decoder;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.BooleanSupplier;

/// The steps of a run, one after the other, with their log and checkpoints.
final class TrainingLoop {
  /// What the loop works with.
  record Parts(Decoder decoder, Optimizer optimizer, CheckpointStore store, TrainerLog log) {}

  private final TrainingSpec spec;
  private final Plan plan;
  private final Examples rows;
  private final Optional<Examples> evalRows;
  private final Parts parts;
  private final Schedule schedule;
  private final Step step;

  TrainingLoop(
      TrainingSpec spec, Plan plan, Examples rows, Optional<Examples> evalRows, Parts parts) {
    this.spec = spec;
    this.plan = plan;
    this.rows = rows;
    this.evalRows = evalRows;
    this.parts = parts;
    this.schedule = Schedule.of(spec.descent(), plan.totalSteps());
    this.step = new Step(parts.decoder());
  }

  /// Goes on from `start` until all steps are done or `stop` says so; either way the last state is
  /// in a checkpoint.
  Progress run(Progress start, BooleanSupplier stop) throws IOException {
    var progress = start;
    double loggedLoss = 0;
    int unlogged = 0;
    while (progress.step() < plan.totalSteps() && !stop.getAsBoolean()) {
      long began = System.nanoTime();
      double rate = schedule.rate(progress.step());
      var examples = examples(plan.rowsOf(progress.step()));
      int trained = examples.stream().mapToInt(Example::trainedTokens).sum();
      var outcome = descend(examples, trained, rate, progress.step());
      double seconds = (System.nanoTime() - began) / 1e9;
      progress = progress.after(outcome.loss(), trained, seconds);
      loggedLoss += outcome.loss();
      unlogged++;
      if (progress.step() % spec.output().loggingSteps() == 0
          || progress.step() == plan.totalSteps()) {
        double speed = examples.stream().mapToInt(Example::length).sum() / seconds;
        parts
            .log()
            .step(
                progress, new TrainerLog.Entry(loggedLoss / unlogged, rate, outcome.norm(), speed));
        loggedLoss = 0;
        unlogged = 0;
      }
      if (isSaved(progress.step())) {
        save(progress);
      }
    }
    parts.store().write(parts.decoder(), parts.optimizer(), progress);
    return progress;
  }

  private record Outcome(double loss, double norm) {}

  private Outcome descend(List<Example> examples, int trained, double rate, int index) {
    double loss = 0;
    for (var batch : MicroBatch.split(examples, spec.batches().microBatch())) {
      loss += step.add(batch, trained);
    }
    try (var scope = parts.decoder().manager().newSubManager()) {
      var gradients = step.gradients(scope);
      var norm = step.finish(scope, gradients);
      float length = norm.getFloat();
      if (!Double.isFinite(loss) || !Float.isFinite(length)) {
        throw new BadInputException(
            "non_finite_loss",
            null,
            "Step %d has the loss %s and the gradient norm %s; its rows, counted from 0, are %s"
                .formatted(index + 1, loss, length, Arrays.toString(plan.rowsOf(index))));
      }
      parts.optimizer().step(scope, rate, norm, gradients);
      step.clear(scope, gradients);
      return new Outcome(loss, length);
    }
  }

  private List<Example> examples(int[] indices) {
    return Arrays.stream(indices).mapToObj(index -> rows.rows().get(index)).toList();
  }

  private boolean isSaved(int done) {
    var every = spec.output().saveSteps();
    return done == plan.totalSteps() || (every.isPresent() && done % every.getAsInt() == 0);
  }

  private void save(Progress progress) throws IOException {
    if (evalRows.isPresent()) {
      parts.log().evaluation(progress, evaluate(evalRows.get().rows()));
    }
    parts.store().write(parts.decoder(), parts.optimizer(), progress);
  }

  private double evaluate(List<Example> examples) {
    double loss = 0;
    long tokens = 0;
    for (int from = 0; from < examples.size(); from += 256) {
      var window = examples.subList(from, Math.min(examples.size(), from + 256));
      for (var batch : MicroBatch.split(window, spec.batches().microBatch())) {
        loss += step.evaluate(batch);
        tokens += batch.trainedTokens();
      }
    }
    return loss / tokens;
  }
}
