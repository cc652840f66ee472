package dev.cft.eval.runs;

import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.validation.annotation.Validated;

/// How runs generate. Both figures are our choice.
///
/// @param batchSize items handed to the model at once; as many as it decodes at once
/// @param writeEvery finished items written in one transaction: what a killed run answers again
@Validated
@ConfigurationProperties(prefix = "cft.eval.runs", ignoreUnknownFields = false)
record RunSettings(
    @DefaultValue("256") @Min(1) @Max(4096) int batchSize,
    @DefaultValue("32") @Min(1) @Max(4096) int writeEvery) {}
