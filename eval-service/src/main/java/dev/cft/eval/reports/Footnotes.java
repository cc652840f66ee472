package dev.cft.eval.reports;

import dev.cft.eval.experiments.Experiments.Experiment;
import dev.cft.eval.reports.Report.ArmPart;
import dev.cft.eval.reports.Report.EvalPart;
import dev.cft.eval.reports.Report.Score;
import dev.cft.eval.statistics.Proportion;
import dev.cft.store.jobs.JobKind;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/// What a reader must know to read the figures rightly.
final class Footnotes {
  /// Below so many seeds, an interval over seeds rests on little (our choice).
  private static final int FEW_SEEDS = 5;

  private Footnotes() {}

  static List<String> of(Experiment experiment, List<EvalPart> evals, List<ArmPart> arms) {
    var notes = new ArrayList<String>();
    partial(experiment, notes);
    seeds(experiment.spec().seeds().size(), notes);
    if (arms.stream().anyMatch(arm -> arm.method() == null) && arms.size() > 1) {
      notes.add(
          "The untrained base is the same model for every seed and is scored once; its interval is Wilson's over the items.");
    }
    evals.stream()
        .filter(eval -> eval.items() > 0)
        .forEach(eval -> notes.add(itemNoise(eval, arms)));
    notes.add("All arms answered the same items, so differences are paired.");
    if (experiment.spec().evaluation().temperature() > 0) {
      notes.add(
          "Answers were sampled at temperature %s, once for each item: another seed of the sampler would give other scores."
              .formatted(experiment.spec().evaluation().temperature()));
    }
    counted(arms, notes);
    return notes;
  }

  private static void partial(Experiment experiment, List<String> notes) {
    if (experiment.isPartial()) {
      var runs =
          experiment.parts().stream().filter(part -> part.kind() == JobKind.EVALUATION).toList();
      var finished = runs.stream().filter(run -> run.status().isFinal()).count();
      notes.add(
          "Not finished: %d of %d evaluation runs are done, and only they are counted."
              .formatted(finished, runs.size()));
    }
  }

  private static void seeds(int seeds, List<String> notes) {
    if (seeds == 1) {
      notes.add(
          "One seed: the intervals are over the items only (Wilson's) and say nothing about how much training varies.");
      return;
    }
    notes.add(
        "%d seeds: ± is the standard error of the mean over seeds, intervals are 95 %% by Student's t with %d degrees of freedom%s."
            .formatted(
                seeds,
                seeds - 1,
                seeds < FEW_SEEDS ? "; so few seeds leave them wide and rough" : ""));
  }

  private static String itemNoise(EvalPart eval, List<ArmPart> arms) {
    var mean =
        arms.stream()
            .flatMap(arm -> arm.results().stream())
            .filter(result -> result.eval().equals(eval.id()) && result.mean() != null)
            .mapToDouble(result -> result.mean() == null ? 0 : result.mean())
            .average()
            .orElse(0.5);
    var error = new Proportion(Math.round(mean * eval.items()), eval.items()).standardError();
    return String.format(
        Locale.ROOT,
        "A single score on %s (%d items) has a binomial standard error of about %.1f points; seeds share the items, so this is not in the interval over seeds.",
        eval.name(),
        eval.items(),
        error * 100);
  }

  private static void counted(List<ArmPart> arms, List<String> notes) {
    var scores =
        arms.stream()
            .flatMap(arm -> arm.results().stream())
            .flatMap(result -> result.scores().stream())
            .toList();
    var errored = scores.stream().mapToLong(Score::errored).sum();
    var truncated = scores.stream().mapToLong(Score::truncated).sum();
    var noAnswer = scores.stream().mapToLong(Score::noAnswer).sum();
    var undecided = scores.stream().mapToLong(Score::undecided).sum();
    if (errored + truncated + noAnswer + undecided > 0) {
      notes.add(
          "Over all runs, %d items could not be generated and are not counted; %d answers reached the token limit, %d had no answer and %d could not be compared, and count as they were graded."
              .formatted(errored, truncated, noAnswer, undecided));
    }
  }
}
