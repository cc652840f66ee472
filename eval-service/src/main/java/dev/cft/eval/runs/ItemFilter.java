package dev.cft.eval.runs;

import dev.cft.service.errors.ApiException;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// Which output items are wanted.
///
/// @param outcome `truncated`, `no_answer`, `undecided` or `disputed`; null for any
/// @param text what prompt, answer or item contain, whatever the case; null for anything
record ItemFilter(
    OutputItem.@Nullable Status status, @Nullable String outcome, @Nullable String text) {
  private static final List<String> OUTCOMES =
      List.of("truncated", "no_answer", "undecided", "disputed");

  /// All of them.
  static final ItemFilter ALL = new ItemFilter(null, null, null);

  /// As a request names it.
  ///
  /// @throws ApiException 400 naming what is allowed
  static ItemFilter of(@Nullable String status, @Nullable String outcome, @Nullable String text) {
    if (outcome != null && !OUTCOMES.contains(outcome)) {
      throw ApiException.badRequest(
          "invalid_outcome",
          "outcome: '%s' is not known; allowed: %s".formatted(outcome, String.join(", ", OUTCOMES)),
          "outcome");
    }
    return new ItemFilter(
        status == null ? null : status(status),
        outcome,
        text == null || text.isBlank() ? null : text);
  }

  private static OutputItem.Status status(String name) {
    return Stream.of(OutputItem.Status.values())
        .filter(status -> status.wireName().equals(name))
        .findFirst()
        .orElseThrow(() ->
            ApiException.badRequest(
                "invalid_status",
                "status: '%s' is not known; allowed: pass, fail, error".formatted(name),
                "status"));
  }
}
