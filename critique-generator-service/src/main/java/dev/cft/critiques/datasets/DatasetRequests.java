package dev.cft.critiques.datasets;

import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.NotBlank;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Size;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// What clients send about datasets.
final class DatasetRequests {
  private DatasetRequests() {}

  /// @param file `file-…`
  /// @param fields where the dataset's fields are found in the file's rows
  record Create(
      @NotBlank String file,
      @Nullable @Size(min = 1, max = 200) String name,
      @Nullable Map<@NotBlank String, @NotBlank String> fields) {}

  record Sample(
      @NotNull @Min(1) Integer size,
      @Nullable Long seed,
      @Nullable @Size(min = 1, max = 200) String name) {}

  record Filter(
      @Nullable String status,
      @Nullable String verdict,
      @Nullable Boolean correct,
      @Nullable Boolean agrees,
      @Nullable String search,
      @Nullable @Size(min = 1, max = 200) String name) {}
}
