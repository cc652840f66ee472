package dev.cft.critiques.rows;

import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.NotNull;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.util.unit.DataSize;
import org.springframework.validation.annotation.Validated;

/// How much may be uploaded. How large a whole file may be is Spring's
/// `spring.servlet.multipart.max-file-size`.
///
/// @param maxRow the longest line
/// @param maxRows rows in a file
@Validated
@ConfigurationProperties(prefix = "cft.files", ignoreUnknownFields = false)
public record RowLimits(
    @NotNull @DefaultValue("1MB") DataSize maxRow, @Min(1) @DefaultValue("10000000") long maxRows) {
  /// The limits where none are configured.
  public static final RowLimits USUAL = new RowLimits(DataSize.ofMegabytes(1), 10_000_000);
}
