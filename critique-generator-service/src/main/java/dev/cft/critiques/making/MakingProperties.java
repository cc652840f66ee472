package dev.cft.critiques.making;

import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.NotNull;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.util.unit.DataSize;
import org.springframework.validation.annotation.Validated;

/// How datasets are made.
///
/// @param rowsAtOnce datasets of more rows are worked on by a job
/// @param bytesAtOnce larger files are read by a job
/// @param benchmarkDir the operator's folder of benchmark texts, a folder for each benchmark, as
///   `decontaminate` names them
/// @param temporary where indexes lie while rows are compared; the system's temporary folder where
///   null
@Validated
@ConfigurationProperties(prefix = "cft.datasets", ignoreUnknownFields = false)
record MakingProperties(
    @Min(0) @DefaultValue("20000") long rowsAtOnce,
    @NotNull @DefaultValue("16MB") DataSize bytesAtOnce,
    @Nullable Path benchmarkDir,
    @Nullable Path temporary) {
  Path folder() {
    return temporary == null ? Path.of(System.getProperty("java.io.tmpdir")) : temporary;
  }
}
