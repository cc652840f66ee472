package dev.cft.service;

import jakarta.validation.constraints.NotNull;
import java.util.List;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.util.unit.DataSize;
import org.springframework.validation.annotation.Validated;

/// What a service may set about the common parts.
///
/// @param openPaths path patterns that need no key, besides `/actuator/health/**`
/// @param idempotentPaths path patterns whose POST requests this process answers itself; the
///   gateway leaves those that it passes on to their service
/// @param maxBody the largest body that is no upload; uploads have
///   `spring.servlet.multipart.max-file-size`
/// @param maxKeptAnswer the largest answer that is kept for an `Idempotency-Key`
@Validated
@ConfigurationProperties(prefix = "cft.service", ignoreUnknownFields = false)
public record ServiceProperties(
    @DefaultValue List<String> openPaths,
    @DefaultValue("/**") List<String> idempotentPaths,
    @NotNull @DefaultValue("32MB") DataSize maxBody,
    @NotNull @DefaultValue("1MB") DataSize maxKeptAnswer) {
  public ServiceProperties {
    openPaths = List.copyOf(openPaths);
    idempotentPaths = List.copyOf(idempotentPaths);
  }
}
