package dev.cft.critiques.files;

import jakarta.validation.constraints.NotNull;
import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.util.unit.DataSize;
import org.springframework.validation.annotation.Validated;

/// Uploads in parts.
///
/// @param maxBytes of a whole file; a part is limited as any upload is
/// @param keep how long an unfinished upload waits for its parts
@Validated
@ConfigurationProperties(prefix = "cft.uploads", ignoreUnknownFields = false)
record UploadProperties(
    @NotNull @DefaultValue("64GB") DataSize maxBytes,
    @NotNull @DefaultValue("24h") Duration keep) {}
