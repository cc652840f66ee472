package dev.cft.eval.chat;

import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.validation.annotation.Validated;

/// Bounds of chat completions. The defaults are our choice for one small machine.
///
/// @param concurrency requests answered at once
/// @param patience how long a request waits for its turn before it is told to come back
/// @param timeout how long one answer may take
/// @param maxTokens tokens of an answer where the request names no limit
@Validated
@ConfigurationProperties(prefix = "cft.eval.chat", ignoreUnknownFields = false)
record ChatSettings(
    @DefaultValue("16") @Min(1) @Max(1024) int concurrency,
    @DefaultValue("10s") Duration patience,
    @DefaultValue("5m") Duration timeout,
    @DefaultValue("1024") @Min(1) int maxTokens) {}
