package dev.cft.eval.endpoints;

import jakarta.validation.constraints.AssertTrue;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.NotBlank;
import jakarta.validation.constraints.NotNull;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.validation.annotation.Validated;

/// An endpoint as an operator configures it, under `cft.endpoints.NAME`. The defaults are those of
/// teachers.
///
/// @param baseUrl up to and including `/v1`
/// @param model as the endpoint calls it
/// @param apiKeyEnv the environment variable that holds the key
/// @param apiKeyFile or the file that does
/// @param maxTokensField what the endpoint calls the limit: `max_tokens` or `max_completion_tokens`
/// @param sendsSeed whether `seed` is sent; some endpoints refuse it
/// @param mostStops stop texts that the endpoint takes; the answer is cut at all of them anyway
/// @param requestsPerMinute 0 for no limit
/// @param tokensPerMinute prompt and completion together; 0 for no limit
/// @param concurrency calls in flight, all runs of this process together
/// @param timeout of one call
/// @param maxAttempts calls for one answer, the first included
/// @param rest how long an endpoint that does not answer is left alone
@Validated
record EndpointSettings(
    @NotNull URI baseUrl,
    @NotBlank String model,
    @Nullable String apiKeyEnv,
    @Nullable Path apiKeyFile,
    @DefaultValue("max_tokens") String maxTokensField,
    @DefaultValue("true") boolean sendsSeed,
    @DefaultValue("4") @Min(0) int mostStops,
    @DefaultValue("0") @Min(0) int requestsPerMinute,
    @DefaultValue("0") @Min(0) int tokensPerMinute,
    @DefaultValue("16") @Min(1) @Max(10_000) int concurrency,
    @DefaultValue("300s") Duration timeout,
    @DefaultValue("6") @Min(1) @Max(20) int maxAttempts,
    @DefaultValue("30s") Duration rest) {
  @AssertTrue(message = "give api-key-env or api-key-file, not both")
  boolean isKeyUnambiguous() {
    return apiKeyEnv == null || apiKeyFile == null;
  }

  @AssertTrue(message = "max-tokens-field must be max_tokens or max_completion_tokens")
  boolean isMaxTokensFieldKnown() {
    return maxTokensField.equals("max_tokens") || maxTokensField.equals("max_completion_tokens");
  }

  @AssertTrue(message = "base-url must be http or https, with a host")
  @SuppressWarnings("ConstantValue") // checked before @NotNull has spoken
  boolean isAddressed() {
    return baseUrl == null
        || (baseUrl.getHost() != null
            && ("http".equals(baseUrl.getScheme()) || "https".equals(baseUrl.getScheme())));
  }
}
