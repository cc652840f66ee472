package dev.cft.eval.suites;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.cft.eval.suites.Recipe.PaperRow;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// A suite as it stands: its table, row by row.
///
/// @param evals the columns: benchmark names, eval ids, or the recipe's names of figures
/// @param paper the paper's rows of the same table; empty without a recipe
/// @param note what differs from the paper's setting
@JsonInclude(JsonInclude.Include.ALWAYS)
record Suite(
    String id,
    String object,
    String name,
    @Nullable String recipe,
    long done,
    long total,
    List<String> evals,
    List<Row> rows,
    List<PaperRow> paper,
    String note) {
  /// One model at one temperature in one mode.
  ///
  /// @param cells by column
  /// @param average unweighted over the columns; null until all are there, and where one is a
  ///   rating
  @JsonInclude(JsonInclude.Include.ALWAYS)
  record Row(
      String model,
      double temperature,
      String mode,
      Map<String, Cell> cells,
      @Nullable Double average) {}

  /// A run's headline figure.
  ///
  /// @param metric which one
  /// @param value in percent for shares; null until the run has completed
  @JsonInclude(JsonInclude.Include.ALWAYS)
  record Cell(
      String run,
      String status,
      String metric,
      @Nullable Double value,
      @Nullable Double ciLow,
      @Nullable Double ciHigh) {}
}
