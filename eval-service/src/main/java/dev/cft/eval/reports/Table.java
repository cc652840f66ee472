package dev.cft.eval.reports;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/// A table of texts, its first column left-aligned and the others right-aligned where numeric.
final class Table {
  private final List<String> header;
  private final List<List<String>> rows = new ArrayList<>();

  Table(String... header) {
    this.header = List.of(header);
  }

  Table(List<String> header) {
    this.header = List.copyOf(header);
  }

  Table row(List<String> cells) {
    rows.add(List.copyOf(cells));
    return this;
  }

  boolean isEmpty() {
    return rows.isEmpty();
  }

  /// For a terminal: columns padded with spaces.
  String text() {
    var widths = IntStream.range(0, header.size()).map(this::width).toArray();
    var lines = new ArrayList<String>();
    lines.add(line(header, widths));
    lines.add(IntStream.of(widths).mapToObj("-"::repeat).collect(Collectors.joining("  ")));
    rows.forEach(row -> lines.add(line(row, widths)));
    return lines.stream().map(String::stripTrailing).collect(Collectors.joining("\n", "", "\n"));
  }

  /// For Markdown.
  String markdown() {
    var lines = new ArrayList<String>();
    lines.add(piped(header));
    lines.add(piped(header.stream().map(_ -> "---").toList()));
    rows.forEach(row -> lines.add(piped(row)));
    return String.join("\n", lines) + "\n";
  }

  private int width(int column) {
    var widest = rows.stream().mapToInt(row -> length(row.get(column))).max().orElse(0);
    return Math.max(widest, length(header.get(column)));
  }

  private static String line(List<String> cells, int[] widths) {
    return IntStream.range(0, cells.size())
        .mapToObj(i -> cells.get(i) + " ".repeat(widths[i] - length(cells.get(i))))
        .collect(Collectors.joining("  "));
  }

  private static int length(String cell) {
    return cell.codePointCount(0, cell.length());
  }

  private static String piped(List<String> cells) {
    return cells.stream()
        .map(cell -> cell.replace("|", "\\|"))
        .collect(Collectors.joining(" | ", "| ", " |"));
  }
}
