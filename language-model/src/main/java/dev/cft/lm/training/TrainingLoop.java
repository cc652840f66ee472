package dev.cft.lm.training;

import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.function.BooleanSupplier;
import java.util.function.ToIntFunction;

/// The steps of a run, one after the other, with their log and checkpoints.
final class TrainingLoop {
  /// What the loop works with.
  record Parts(Trainee trainee, Optimizer optimizer, CheckpointStore store, TrainerLog log) {}

  private final TrainingSpec spec;
  private final Plan plan;
  private final List<int[]> units;
  private final Examples rows;
  private final Optional<Examples> evalRows;
  private final Parts parts;
  private final Schedule schedule;
  private final Step step;

  TrainingLoop(
      TrainingSpec spec,
      Plan plan,
      List<int[]> units,
      Examples rows,
      Optional<Examples> evalRows,
      Parts parts) {
    this.spec = spec;
    this.plan = plan;
    this.units = units;
    this.rows = rows;
    this.evalRows = evalRows;
    this.parts = parts;
    this.schedule = Schedule.of(spec.descent(), plan.totalSteps());
    this.step = new Step(parts.trainee());
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
      var examples = unitsOf(progress.step());
      int trained = sum(examples, Example::trainedTokens);
      var outcome = descend(examples, rate, progress.step());
      double seconds = (System.nanoTime() - began) / 1e9;
      progress = progress.after(outcome.loss(), trained, seconds);
      loggedLoss += outcome.loss();
      unlogged++;
      if (progress.step() % spec.output().loggingSteps() == 0
          || progress.step() == plan.totalSteps()) {
        double speed = sum(examples, Example::length) / seconds;
        parts
            .log()
            .step(
                progress, new TrainerLog.Entry(loggedLoss / unlogged, rate, outcome.norm(), speed));
        loggedLoss = 0;
        unlogged = 0;
      }
      if (isSaved(progress.step())) {
        progress = save(progress);
      }
    }
    write(progress);
    return progress;
  }

  private void write(Progress progress) throws IOException {
    parts.log().sync();
    parts.store().write(parts.trainee(), parts.optimizer(), progress);
  }

  private record Outcome(double loss, double norm) {}

  private Outcome descend(List<List<Example>> examples, double rate, int index) {
    int labels = sum(examples, Example::labels);
    double loss = 0;
    int pass = 0;
    for (var batch : MicroBatch.split(examples, spec.batches().microBatch())) {
      loss += step.add(batch, labels, seed(index, pass++));
    }
    float norm = step.norm();
    if (!Double.isFinite(loss) || !Float.isFinite(norm)) {
      throw new BadInputException(
          "non_finite_loss",
          null,
          "Step %d has the loss %s and the gradient norm %s; its rows, counted from 0, are %s"
              .formatted(index + 1, loss, norm, Arrays.toString(rowsOf(index))));
    }
    parts.optimizer().step(rate, norm);
    step.next();
    return new Outcome(loss, norm);
  }

  /// Of dropout: a function of step and pass, so that a resumed run needs no state of a generator.
  private int seed(int index, int pass) {
    return new SplittableRandom(31L * (31L * spec.batches().seed() + index) + pass)
        .nextInt(Integer.MAX_VALUE / 2);
  }

  private int[] rowsOf(int index) {
    return Arrays.stream(plan.unitsOf(index))
        .flatMap(unit -> Arrays.stream(units.get(unit)))
        .toArray();
  }

  private List<List<Example>> unitsOf(int index) {
    return Arrays.stream(plan.unitsOf(index))
        .mapToObj(unit -> Arrays.stream(units.get(unit)).mapToObj(rows.rows()::get).toList())
        .toList();
  }

  private static int sum(List<List<Example>> units, ToIntFunction<Example> part) {
    return units.stream().flatMap(List::stream).mapToInt(part).sum();
  }

  private boolean isSaved(int done) {
    var every = spec.output().saveSteps();
    return done == plan.totalSteps() || (every.isPresent() && done % every.getAsInt() == 0);
  }

  private Progress save(Progress reached) throws IOException {
    var progress = reached;
    if (evalRows.isPresent()) {
      double loss = evaluate(evalRows.get().rows());
      progress = reached.evaluated(loss);
      parts.log().evaluation(progress, loss);
    }
    write(progress);
    return progress;
  }

  /// The mean loss of a row's trained tokens under the weights as they are.
  double loss(Example row) {
    return step.evaluate(new MicroBatch(List.of(row))) / row.trainedTokens();
  }

  private double evaluate(List<Example> examples) {
    double loss = 0;
    long tokens = 0;
    for (int from = 0; from < examples.size(); from += 256) {
      var window = examples.subList(from, Math.min(examples.size(), from + 256));
      var units = window.stream().map(List::of).toList();
      for (var batch : MicroBatch.split(units, spec.batches().microBatch())) {
        loss += step.evaluate(batch);
        tokens += batch.trainedTokens();
      }
    }
    return loss / tokens;
  }
}
