package dev.cft.eval.reports;

import dev.cft.eval.reports.Report.ArmPart;
import dev.cft.eval.reports.Report.Difference;
import dev.cft.eval.reports.Report.EvalPart;
import dev.cft.eval.reports.Report.Result;
import dev.cft.eval.reports.Report.Score;
import dev.cft.eval.reports.Report.Training;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// A report's tables, the same for the terminal and for Markdown.
///
/// @param against the arms that the differences are from
record Tables(Report report, List<String> against) {
  Tables {
    against = List.copyOf(against);
  }

  /// The untrained base, where there is one, and the arm that was asked for.
  static Tables of(Report report, @Nullable String wanted) {
    var against = new ArrayList<String>();
    report.arms().stream()
        .filter(arm -> arm.method() == null)
        .map(ArmPart::name)
        .forEach(against::add);
    if (wanted != null && !against.contains(wanted)) {
      against.add(wanted);
    }
    return new Tables(report, against);
  }

  /// The comparison on one eval.
  Table comparison(EvalPart eval) {
    var header =
        new ArrayList<>(
            List.of(
                "arm", "trained on", "rows", "tokens", "accuracy %", "95 % interval", "by seed"));
    against.forEach(name -> header.add("vs " + name));
    var table = new Table(header);
    for (var arm : report.arms()) {
      var result = arm.results().stream().filter(r -> r.eval().equals(eval.id())).findFirst();
      result.ifPresent(found -> table.row(row(arm, found)));
    }
    return table;
  }

  private List<String> row(ArmPart arm, Result result) {
    var cells =
        new ArrayList<>(
            List.of(
                arm.name(),
                arm.trainedOn(),
                mean(arm, training -> training.rows()),
                mean(arm, training -> training.trainedTokens()),
                Words.percent(result.mean()) + Words.error(result.standardError()),
                Words.interval(result.ciLow(), result.ciHigh()),
                result.scores().stream().map(Tables::score).collect(Collectors.joining(" "))));
    against.forEach(name -> cells.add(name.equals(arm.name()) ? "" : difference(result, name)));
    return cells;
  }

  private static String mean(ArmPart arm, Function<Training, @Nullable Long> value) {
    var values =
        arm.training().stream()
            .map(value)
            .filter(Objects::nonNull)
            .mapToLong(v -> v == null ? 0 : v)
            .average();
    return Words.tokens(values.isPresent() ? values.getAsDouble() : null);
  }

  private static String score(Score score) {
    return score.accuracy() == null ? score.status() : Words.percent(score.accuracy());
  }

  private static String difference(Result result, String against) {
    return result.differences().stream()
        .filter(difference -> difference.against().equals(against))
        .map(Tables::difference)
        .findFirst()
        .orElse(Words.NONE);
  }

  private static String difference(Difference difference) {
    return (Words.points(difference.difference())
            + " "
            + Words.interval(difference.ciLow(), difference.ciHigh()))
        .strip();
  }

  /// Noisy responses and the teacher's verdicts, by seed.
  Table data() {
    var table =
        new Table(
            "seed",
            "responses",
            "right %",
            "teacher: right",
            "wrong",
            "unparsed",
            "rejected",
            "agrees with gold %",
            "cost USD");
    for (var part : report.data()) {
      var responses = part.responses();
      var critiques = part.critiques();
      if (responses != null || critiques != null) {
        var cells = new ArrayList<String>();
        cells.add(Long.toString(part.seed()));
        cells.add(responses == null ? Words.NONE : Words.whole(responses.rows()));
        cells.add(responses == null ? Words.NONE : Words.percent(responses.rightShare()));
        cells.add(critiques == null ? Words.NONE : Words.whole(critiques.right()));
        cells.add(critiques == null ? Words.NONE : Words.whole(critiques.wrong()));
        cells.add(critiques == null ? Words.NONE : Words.whole(critiques.unparsed()));
        cells.add(critiques == null ? Words.NONE : Words.whole(critiques.rejected()));
        cells.add(critiques == null ? Words.NONE : Words.percent(critiques.agreement()));
        cells.add(
            critiques == null || critiques.costUsd() == null
                ? Words.NONE
                : String.format(Locale.ROOT, "%.4f", critiques.costUsd()));
        table.row(cells);
      }
    }
    return table;
  }

  /// Wall time by stage.
  Table stages() {
    var table = new Table("stage", "jobs done", "wall time, added up");
    report
        .stages()
        .forEach(stage ->
            table.row(
                List.of(
                    stage.stage(),
                    "%d of %d".formatted(stage.finished(), stage.jobs()),
                    Words.time(stage.wallSeconds()))));
    return table;
  }

  /// What went wrong.
  Table failures() {
    var table = new Table("failed", "arm", "seed", "why");
    report
        .failures()
        .forEach(failure ->
            table.row(
                List.of(
                    failure.job(),
                    failure.arm() == null ? "" : failure.arm(),
                    failure.seed() == null ? "" : failure.seed().toString(),
                    "%s: %s".formatted(failure.code(), failure.message()))));
    return table;
  }
}
