package dev.cft.critiques.responses;

import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.NotNull;
import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.validation.annotation.Validated;

/// Sampling of responses.
///
/// @param maxLoadedModels models in memory at once
/// @param idleTimeout how long a model that nobody uses stays in memory
/// @param rowsAtOnce rows handed to the model together: it keeps its batch full from them
@Validated
@ConfigurationProperties(prefix = "cft.responses", ignoreUnknownFields = false)
record ResponseProperties(
    @Min(1) @Max(64) @DefaultValue("1") int maxLoadedModels,
    @NotNull @DefaultValue("5m") Duration idleTimeout,
    @Min(1) @Max(10_000) @DefaultValue("256") int rowsAtOnce) {}
