package dev.cft.store.artifacts;

import java.nio.file.Path;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/// `cft.artifacts`: where artifacts are kept.
///
/// @param dir the folder of the local store
@ConfigurationProperties(value = "cft.artifacts", ignoreUnknownFields = false)
record ArtifactsProperties(@DefaultValue(".data/artifacts") Path dir) {}
