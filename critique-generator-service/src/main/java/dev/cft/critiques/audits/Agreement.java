package dev.cft.critiques.audits;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// How often verdicts say what the labels say.
///
/// @param rows of the dataset so far
/// @param teachers each one's verdicts
/// @param amongTeachers how often several verdicts of the same input row are the same; null where
///   there is one each
record Agreement(
    String object,
    String dataset,
    long rows,
    Part all,
    Map<String, Part> teachers,
    @Nullable Among amongTeachers) {
  /// @param compared rows with a verdict and a label
  /// @param rate of those that say the same; null where none can be compared
  /// @param confusion label → verdict → rows; labels are `right` and `wrong`
  record Part(
      long compared,
      long agreed,
      @Nullable Double rate,
      @Nullable Interval interval,
      Map<String, Map<String, Long>> confusion) {
    static Part of(List<Cell> cells) {
      var confusion = new java.util.TreeMap<String, Map<String, Long>>();
      var compared = 0L;
      var agreed = 0L;
      for (var cell : cells) {
        if (cell.label() != null && cell.verdict() != null) {
          confusion
              .computeIfAbsent(cell.label(), _ -> new java.util.TreeMap<>())
              .merge(cell.verdict(), cell.n(), Long::sum);
          var isDecided = !cell.verdict().equals("unparsed");
          compared += isDecided ? cell.n() : 0;
          agreed += cell.label().equals(cell.verdict()) ? cell.n() : 0;
        }
      }
      return new Part(
          compared,
          agreed,
          compared == 0 ? null : (double) agreed / compared,
          compared == 0 ? null : Interval.wilson(agreed, compared),
          confusion);
    }
  }

  /// Rows that share teacher, label and verdict.
  record Cell(String teacher, @Nullable String label, @Nullable String verdict, long n) {}

  /// @param inputRows with at least two verdicts
  /// @param unanimous of these
  record Among(long inputRows, long unanimous, @Nullable Double rate) {}

  /// 95 % of such intervals hold the true rate (Wilson 1927).
  record Interval(double low, double high) {
    private static final double Z = 1.959964;

    static Interval wilson(long hits, long of) {
      var rate = (double) hits / of;
      var z2 = Z * Z / of;
      var middle = (rate + z2 / 2) / (1 + z2);
      var half = Z * Math.sqrt(rate * (1 - rate) / of + z2 / (4.0 * of)) / (1 + z2);
      return new Interval(Math.max(0, middle - half), Math.min(1, middle + half));
    }
  }
}
