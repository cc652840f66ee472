package dev.cft.critiques.teachers;

import dev.cft.critiques.limits.Allowance;
import dev.cft.critiques.prompts.Prompts;
import jakarta.validation.constraints.AssertTrue;
import jakarta.validation.constraints.DecimalMax;
import jakarta.validation.constraints.DecimalMin;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.NotNull;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.validation.annotation.Validated;

/// A teacher as an operator configures it, under `cft.teachers.NAME`. The sampling defaults are the
/// paper's (`temperature` 0.3, `top_p` 0.95, `max_tokens` 3200).
///
/// @param type `openai`: any endpoint with OpenAI's chat completions; `arithmetic`: the built-in
///   checker, which needs nothing else
/// @param baseUrl up to and including `/v1`
/// @param apiKeyEnv the environment variable that holds the key
/// @param apiKeyFile or the file that does
/// @param maxTokensField what the endpoint calls the limit: `max_completion_tokens` or `max_tokens`
/// @param requestsPerMinute 0 for no limit
/// @param tokensPerMinute prompt and completion together; 0 for no limit. These limits and
///   `concurrency` hold for all replicas together
/// @param inputTokensPerMinute 0 for no limit
/// @param outputTokensPerMinute 0 for no limit
/// @param concurrency calls in flight
/// @param timeout of one call
/// @param maxAttempts calls for one row, the first included
/// @param rest how long a teacher that keeps failing is left alone
/// @param checkModel reject what another model than the configured one answers
/// @param batchSize requests of one batch at most
/// @param batchPoll how often the provider is asked how a batch stands
/// @param batchPriceFactor what a batch costs, as a part of the prices
/// @param budgetUsd all jobs together; null for none
@Validated
public record TeacherSettings(
    @NotNull Type type,
    @Nullable URI baseUrl,
    @Nullable String model,
    @Nullable String apiKeyEnv,
    @Nullable Path apiKeyFile,
    @NotNull @DefaultValue(Prompts.DEFAULT) String promptVersion,
    @DecimalMin("0") @DecimalMax("2") @DefaultValue("0.3") double temperature,
    @DecimalMin("0") @DecimalMax("1") @DefaultValue("0.95") double topP,
    @Min(1) @DefaultValue("3200") int maxTokens,
    @NotNull @DefaultValue("max_completion_tokens") String maxTokensField,
    @DecimalMin("0") @DefaultValue("0") double inputUsdPerMillion,
    @DecimalMin("0") @DefaultValue("0") double outputUsdPerMillion,
    @Min(0) @DefaultValue("0") int requestsPerMinute,
    @Min(0) @DefaultValue("0") long tokensPerMinute,
    @Min(0) @DefaultValue("0") long inputTokensPerMinute,
    @Min(0) @DefaultValue("0") long outputTokensPerMinute,
    @Min(1) @Max(10_000) @DefaultValue("16") int concurrency,
    @NotNull @DefaultValue("120s") Duration timeout,
    @Min(1) @Max(20) @DefaultValue("6") int maxAttempts,
    @NotNull @DefaultValue("30s") Duration rest,
    @DefaultValue("true") boolean checkModel,
    @Min(1) @Max(50_000) @DefaultValue("10000") int batchSize,
    @NotNull @DefaultValue("30s") Duration batchPoll,
    @DecimalMin("0") @DecimalMax("1") @DefaultValue("0.5") double batchPriceFactor,
    @Nullable Double budgetUsd) {
  /// What kind of teacher.
  public enum Type {
    ARITHMETIC,
    OPENAI;

    String wireName() {
      return name().toLowerCase(java.util.Locale.ROOT);
    }
  }

  @AssertTrue(message = "a teacher of type openai needs base-url and model")
  boolean isAddressed() {
    return type != Type.OPENAI || (baseUrl != null && model != null && !model.isBlank());
  }

  @AssertTrue(message = "give api-key-env or api-key-file, not both")
  boolean isKeyUnambiguous() {
    return apiKeyEnv == null || apiKeyFile == null;
  }

  @AssertTrue(message = "max-tokens-field must be max_completion_tokens or max_tokens")
  boolean isMaxTokensFieldKnown() {
    return maxTokensField.equals("max_completion_tokens") || maxTokensField.equals("max_tokens");
  }

  Allowance allowance() {
    return new Allowance(
        requestsPerMinute,
        inputTokensPerMinute,
        outputTokensPerMinute,
        tokensPerMinute,
        concurrency);
  }

  Prices prices() {
    return new Prices(inputUsdPerMillion, outputUsdPerMillion);
  }
}
