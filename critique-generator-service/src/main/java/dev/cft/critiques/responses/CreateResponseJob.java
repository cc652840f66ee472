package dev.cft.critiques.responses;

import dev.cft.store.specs.ResponsesSpec;
import jakarta.validation.constraints.DecimalMax;
import jakarta.validation.constraints.DecimalMin;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.NotBlank;
import jakarta.validation.constraints.Size;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// A response job as clients ask for it. Temperature and top_p default to OpenAI's 1.
///
/// @param n samples per question
record CreateResponseJob(
    @NotBlank String input,
    @NotBlank String model,
    @Nullable @Min(1) @Max(1000) Integer n,
    @Nullable @DecimalMin("0") @DecimalMax("2") Double temperature,
    @Nullable @DecimalMin(value = "0", inclusive = false) @DecimalMax("1") Double topP,
    @Nullable @Min(1) @Max(131_072) Integer maxTokens,
    @Nullable Long seed,
    @Nullable @Min(1) Integer limit,
    @Nullable @Size(max = 4) List<@NotBlank String> stop,
    @Nullable @Min(-100) @Max(100) Integer priority,
    @Nullable Map<String, String> metadata) {
  private static final int USUAL_MAX_TOKENS = 512;

  ResponsesSpec spec() {
    return new ResponsesSpec(
        input,
        model,
        Objects.requireNonNullElse(n, 1),
        Objects.requireNonNullElse(temperature, 1.0),
        Objects.requireNonNullElse(topP, 1.0),
        Objects.requireNonNullElse(maxTokens, USUAL_MAX_TOKENS),
        Objects.requireNonNullElse(seed, 0L),
        limit,
        Objects.requireNonNullElse(stop, List.of()));
  }
}
