package dev.cft.critiques.making;

import jakarta.validation.Valid;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.NotBlank;
import jakarta.validation.constraints.NotEmpty;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Pattern;
import jakarta.validation.constraints.Size;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/// What clients send to have a dataset made.
///
/// @param from a dataset, file or job
/// @param file the same as `from`, of a file
/// @param hub files of a hub
/// @param known a published set by name, see `/v1/datasets/known`
/// @param revision of a known set, instead of the pinned one
/// @param fields where the dataset's fields are found in a file's rows
/// @param operations see [dev.cft.critiques.operations.Operation]
/// @param background true for a job in any case; false or null for a job only where there is much
///   to do
record MakeDataset(
    @Nullable @Size(min = 1) String from,
    @Nullable @Size(min = 1) String file,
    @Nullable @Valid Hub hub,
    @Nullable @Size(min = 1) String known,
    @Nullable @Size(min = 1) String revision,
    @Nullable @Size(min = 1, max = 200) String name,
    @Nullable Map<@NotBlank String, @NotBlank String> fields,
    @Nullable @Size(max = 50) List<@NotNull ObjectNode> operations,
    @Nullable Boolean background,
    @Nullable @Min(-1000) @Max(1000) Integer priority,
    @Nullable Map<String, String> metadata) {
  /// Files of a dataset on the operator's hub.
  ///
  /// @param id `owner/name`
  /// @param revision a commit (best), branch or tag
  /// @param files paths; `*` stands for anything within a folder, `**` for anything
  /// @param sha256 by path, of files whose content is known beforehand
  record Hub(
      @NotBlank @Pattern(regexp = "[\\w][\\w.-]*/[\\w][\\w.-]*", message = "must be owner/name")
          String id,
      @NotBlank String revision,
      @NotEmpty @Size(max = 100) List<@NotBlank String> files,
      @Nullable Map<@NotBlank String, @Pattern(regexp = "[0-9a-f]{64}") String> sha256) {}
}
