package dev.cft.eval.benchmarks;

import jakarta.validation.constraints.NotNull;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.util.unit.DataSize;
import org.springframework.validation.annotation.Validated;

/// Where benchmarks come from.
///
/// @param definitions folders with definitions of one's own, `NAME.yaml`
/// @param dataDir folder with data files, looked at before the hub; null for none
/// @param cacheDir where fetched files are kept; null for the system's temporary folder
/// @param hub the Hugging Face hub or a mirror of it, fetched from only when a benchmark is used;
///   null for `HF_ENDPOINT`, else Hugging Face
/// @param hubTokenEnv the environment variable that holds the hub's token
/// @param fetch whether anything may be fetched at all
/// @param fetchTimeout of one file
/// @param mostBytes of one file
@Validated
@ConfigurationProperties(prefix = "cft.eval.benchmarks", ignoreUnknownFields = false)
record BenchmarkSettings(
    @DefaultValue List<Path> definitions,
    @Nullable Path dataDir,
    @Nullable Path cacheDir,
    @Nullable URI hub,
    @NotNull @DefaultValue("HF_TOKEN") String hubTokenEnv,
    @DefaultValue("true") boolean fetch,
    @NotNull @DefaultValue("5m") Duration fetchTimeout,
    @NotNull @DefaultValue("512MB") DataSize mostBytes) {
  BenchmarkSettings {
    definitions = List.copyOf(definitions);
  }

  /// Where fetched files are kept.
  Path cache() {
    return cacheDir == null
        ? Path.of(System.getProperty("java.io.tmpdir"), "cft-benchmarks")
        : cacheDir;
  }
}
