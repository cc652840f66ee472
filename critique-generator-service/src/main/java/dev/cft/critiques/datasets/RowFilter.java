package dev.cft.critiques.datasets;

import dev.cft.service.errors.ApiException;
import dev.cft.store.datasets.DatasetRow.Status;
import dev.cft.store.datasets.Verdict;
import java.util.Arrays;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/// Which rows are wanted; null is all.
///
/// @param agrees whether the verdict says what the label says; rows that lack either do neither
/// @param search text that question, answer, response or critique contains, whatever its case
record RowFilter(
    @Nullable Status status,
    @Nullable Verdict verdict,
    @Nullable Boolean correct,
    @Nullable Boolean agrees,
    @Nullable String search) {
  static final RowFilter ALL = new RowFilter(null, null, null, null, null);

  /// Reads a filter's wire names.
  static RowFilter of(
      @Nullable String status,
      @Nullable String verdict,
      @Nullable Boolean correct,
      @Nullable Boolean agrees,
      @Nullable String search) {
    return new RowFilter(
        named(Status.class, status, "status"),
        named(Verdict.class, verdict, "verdict"),
        correct,
        agrees,
        search == null || search.isBlank() ? null : search);
  }

  private static <E extends Enum<E>> @Nullable E named(
      Class<E> type, @Nullable String name, String param) {
    if (name == null) {
      return null;
    }
    var all = type.getEnumConstants();
    return Arrays.stream(all)
        .filter(value -> value.name().toLowerCase(Locale.ROOT).equals(name))
        .findFirst()
        .orElseThrow(() ->
            ApiException.badRequest(
                "invalid_" + param,
                "%s must be one of %s, got '%s'."
                    .formatted(
                        param,
                        Arrays.stream(all).map(v -> v.name().toLowerCase(Locale.ROOT)).toList(),
                        name),
                param));
  }
}
