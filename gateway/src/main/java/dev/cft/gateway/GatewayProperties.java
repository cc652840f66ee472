package dev.cft.gateway;

import jakarta.validation.Valid;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.NotNull;
import java.net.URI;
import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.validation.annotation.Validated;

/// The gateway's settings.
///
/// @param services where the services are
/// @param connectTimeout how long a service may take to accept a connection
/// @param readTimeout how long a service may be silent, before and within an answer: longer than a
///   generation on a CPU takes
/// @param requestsPerMinute of one API key, at this gateway; 0 for no limit
@Validated
@ConfigurationProperties(prefix = "cft.gateway", ignoreUnknownFields = false)
public record GatewayProperties(
    @Valid @NotNull Services services,
    @NotNull @DefaultValue("2s") Duration connectTimeout,
    @NotNull @DefaultValue("15m") Duration readTimeout,
    @Min(0) @DefaultValue("6000") int requestsPerMinute) {
  /// The services' addresses.
  public record Services(@NotNull URI critiqueGenerator, @NotNull URI trainer, @NotNull URI eval) {}
}
