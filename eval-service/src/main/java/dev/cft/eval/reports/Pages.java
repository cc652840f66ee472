package dev.cft.eval.reports;

import java.util.function.Function;

/// A report as one text: for the terminal, or as Markdown.
final class Pages {
  private Pages() {}

  static String text(Tables tables) {
    return page(tables, "", "  ", Table::text);
  }

  static String markdown(Tables tables) {
    return page(tables, "## ", "- ", Table::markdown);
  }

  private static String page(
      Tables tables, String heading, String bullet, Function<Table, String> format) {
    var report = tables.report();
    var page = new StringBuilder();
    var title =
        "%s (%s): %s%s"
            .formatted(
                report.name(),
                report.experiment(),
                report.status(),
                report.partial() ? ", not finished" : "");
    page.append(heading.isEmpty() ? title : "# " + title).append("\n\n");
    for (var eval : report.evals()) {
      page.append(heading).append("%s, %d items\n\n".formatted(eval.name(), eval.items()));
      page.append(format.apply(tables.comparison(eval))).append('\n');
    }
    section(page, heading + "Training data", tables.data(), format);
    section(page, heading + "Wall time", tables.stages(), format);
    section(page, heading + "Failures", tables.failures(), format);
    page.append(heading).append("Notes\n\n");
    report.footnotes().forEach(note -> page.append(bullet).append(note).append('\n'));
    return page.toString();
  }

  private static void section(
      StringBuilder page, String title, Table table, Function<Table, String> format) {
    if (!table.isEmpty()) {
      page.append(title).append("\n\n").append(format.apply(table)).append('\n');
    }
  }
}
