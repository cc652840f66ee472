package dev.cft.critiques.critiquing;

import jakarta.validation.Valid;
import jakarta.validation.constraints.DecimalMin;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.NotBlank;
import jakarta.validation.constraints.Pattern;
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
      @Nullable Boolean reuse,
      @Nullable @Min(1) @Max(600) Integer timeoutSeconds) {}

  record Item(@NotBlank String question, @NotBlank String response, @Nullable String answer) {}

  /// @param teachers several, each of whom is asked about every row
  /// @param n critiques of a row by each teacher
  /// @param reuse false to pay for critiques that are stored already
  /// @param mode `online` or `batch`
  /// @param dryRun estimate only: nothing is stored or asked
  record CreateJob(
      @NotBlank String input,
      @Nullable String teacher,
      @Nullable @Size(min = 1, max = 8) List<@NotBlank String> teachers,
      @Nullable @Min(1) @Max(16) Integer n,
      @Nullable Boolean reuse,
      @Nullable @Pattern(regexp = "online|batch", message = "must be online or batch") String mode,
      @Nullable String promptVersion,
      @Nullable @Min(1) Integer limit,
      @Nullable @DecimalMin("0") Double budgetUsd,
      @Nullable Boolean dryRun,
      @Nullable @Min(-100) @Max(100) Integer priority,
      @Nullable Map<String, String> metadata) {}

  /// How verdicts are to be read again: a rule's name, or patterns.
  record Reparse(
      @Nullable String rule, @Nullable String rightPattern, @Nullable String wrongPattern) {}
}
