package dev.cft.eval.models;

import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.validation.annotation.Validated;

/// How many models are kept in memory, and for how long. The defaults are our choice for one small
/// machine.
///
/// @param maxLoaded at the same time
/// @param idleUnload a model that nobody used for so long is unloaded
/// @param patience how long a request waits for room before it is told to come back
@Validated
@ConfigurationProperties(prefix = "cft.eval.models", ignoreUnknownFields = false)
record ModelSettings(
    @DefaultValue("2") @Min(1) @Max(64) int maxLoaded,
    @DefaultValue("5m") Duration idleUnload,
    @DefaultValue("20s") Duration patience) {}
