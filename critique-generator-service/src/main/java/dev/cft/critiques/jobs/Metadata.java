package dev.cft.critiques.jobs;

import dev.cft.service.errors.ApiException;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// The user's own pairs, within OpenAI's limits.
public final class Metadata {
  private static final int MOST_PAIRS = 16;
  private static final int LONGEST_KEY = 64;
  private static final int LONGEST_VALUE = 512;

  private Metadata() {}

  /// The pairs; none where there are none.
  ///
  /// @throws ApiException too many or too long
  public static Map<String, String> checked(@Nullable Map<String, String> metadata) {
    if (metadata == null) {
      return Map.of();
    }
    var isTooLong =
        metadata.entrySet().stream()
            .anyMatch(pair ->
                pair.getKey().length() > LONGEST_KEY || pair.getValue().length() > LONGEST_VALUE);
    if (metadata.size() > MOST_PAIRS || isTooLong) {
      throw ApiException.badRequest(
          "invalid_metadata",
          "metadata may have %d pairs, keys of %d and values of %d characters."
              .formatted(MOST_PAIRS, LONGEST_KEY, LONGEST_VALUE),
          "metadata");
    }
    return metadata;
  }
}
