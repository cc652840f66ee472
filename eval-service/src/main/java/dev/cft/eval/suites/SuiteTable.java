package dev.cft.eval.suites;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// A suite's table as Markdown, which reads well in a terminal too.
record SuiteTable(Suite suite) {
  String text() {
    var lines = new ArrayList<List<String>>();
    var header = new ArrayList<>(List.of("model", "temperature", "mode"));
    header.addAll(suite.evals());
    header.add("average");
    lines.add(header);
    suite.rows().forEach(row -> lines.add(row(row)));
    suite.paper().forEach(row -> lines.add(paper(row)));
    var text = new StringBuilder();
    text.append("%s: %d of %d runs done%n%n".formatted(suite.name(), suite.done(), suite.total()));
    for (var i = 0; i < lines.size(); i++) {
      text.append(line(lines.get(i), lines)).append('\n');
      if (i == 0) {
        text.append(line(header.stream().map(_ -> "---").toList(), lines)).append('\n');
      }
    }
    return suite.note().isEmpty() ? text.toString() : text + "\n" + suite.note() + "\n";
  }

  private List<String> row(Suite.Row row) {
    var cells = new ArrayList<>(List.of(row.model(), plain(row.temperature()), row.mode()));
    suite.evals().forEach(eval -> cells.add(cell(row.cells().get(eval))));
    cells.add(figure(row.average()));
    return cells;
  }

  private List<String> paper(Recipe.PaperRow row) {
    var cells = new ArrayList<>(List.of("paper: " + row.model(), "", ""));
    suite.evals().forEach(eval -> cells.add(figure(row.values().get(eval), isRated(eval))));
    cells.add(average(row.values()));
    return cells;
  }

  private String average(Map<String, Double> values) {
    var all = suite.evals().stream().map(values::get).toList();
    // Ratings and shares have no common mean.
    return all.contains(null) || suite.evals().stream().anyMatch(this::isRated)
        ? ""
        : figure(all.stream().mapToDouble(Double::doubleValue).average().orElse(0));
  }

  /// Whether the column has ratings instead of shares.
  private boolean isRated(String eval) {
    return suite.rows().stream()
        .map(row -> row.cells().get(eval))
        .anyMatch(cell -> cell != null && Figures.isRating(cell.metric()));
  }

  private static String cell(Suite.@Nullable Cell cell) {
    if (cell == null) {
      return "";
    }
    if (cell.value() == null) {
      return cell.status();
    }
    var isRating = Figures.isRating(cell.metric());
    return cell.ciLow() == null
        ? figure(cell.value(), isRating)
        : "%s [%s, %s]"
            .formatted(
                figure(cell.value(), isRating),
                figure(cell.ciLow(), isRating),
                figure(cell.ciHigh(), isRating));
  }

  private static String figure(@Nullable Double value) {
    return figure(value, false);
  }

  private static String figure(@Nullable Double value, boolean isRating) {
    return value == null ? "" : String.format(Locale.ROOT, isRating ? "%.2f" : "%.1f", value);
  }

  private static String plain(double value) {
    return String.format(Locale.ROOT, "%s", value);
  }

  private static String line(List<String> cells, List<List<String>> lines) {
    var line = new StringBuilder("|");
    for (var i = 0; i < cells.size(); i++) {
      var column = i;
      var width = lines.stream().mapToInt(cellsOf -> cellsOf.get(column).length()).max().orElse(3);
      line.append(' ').append(cells.get(i)).repeat(' ', width - cells.get(i).length()).append(" |");
    }
    return line.toString();
  }
}
