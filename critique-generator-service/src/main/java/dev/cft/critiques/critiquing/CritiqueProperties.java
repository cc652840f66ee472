package dev.cft.critiques.critiquing;

import jakarta.validation.constraints.NotBlank;
import jakarta.validation.constraints.NotNull;
import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.validation.annotation.Validated;

/// Critiques on request.
///
/// @param defaultTeacher who is asked where a request names nobody
/// @param timeout of a request that names none
/// @param keepFor how long what clients paid for answers the same question again
@Validated
@ConfigurationProperties(prefix = "cft.critiques", ignoreUnknownFields = false)
record CritiqueProperties(
    @NotBlank @DefaultValue("arithmetic") String defaultTeacher,
    @NotNull @DefaultValue("60s") Duration timeout,
    @NotNull @DefaultValue("30d") Duration keepFor) {}
