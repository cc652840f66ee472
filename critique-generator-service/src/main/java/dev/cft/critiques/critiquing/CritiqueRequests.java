package dev.cft.critiques.critiquing;

import jakarta.validation.Valid;
import jakarta.validation.constraints.DecimalMin;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.NotBlank;
import jakarta.validation.constraints.Size;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// What clients send about critiques.
final class CritiqueRequests {
  private CritiqueRequests() {}

  /// One response, or up to 64 in `items`.
  ///
  /// @param timeoutSeconds how long the client waits at most
  record Sync(
      @Nullable String question,
      @Nullable String response,
      @Nullable String answer,
      @Nullable @Size(min = 1, max = 64) List<@Valid Item> items,
      @Nullable String teacher,
      @Nullable String promptVersion,
      @Nullable Boolean stream,
      @Nullable @Min(1) @Max(600) Integer timeoutSeconds) {}

  record Item(@NotBlank String question, @NotBlank String response, @Nullable String answer) {}

  /// @param dryRun estimate only: nothing is stored or asked
  record CreateJob(
      @NotBlank String input,
      @Nullable String teacher,
      @Nullable String promptVersion,
      @Nullable @Min(1) Integer limit,
      @Nullable @DecimalMin("0") Double budgetUsd,
      @Nullable Boolean dryRun,
      @Nullable @Min(-100) @Max(100) Integer priority,
      @Nullable Map<String, String> metadata) {}
}
