package dev.cft.critiques.files;

import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.NotBlank;
import jakarta.validation.constraints.NotEmpty;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Pattern;
import jakarta.validation.constraints.Size;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/// What clients send about uploads, as OpenAI has it.
final class UploadRequests {
  private UploadRequests() {}

  /// @param bytes of the whole file
  record Create(
      @NotBlank @Size(max = 255) String filename,
      @NotBlank String purpose,
      @NotNull @Min(1) Long bytes,
      @NotBlank @Size(max = 255) String mimeType,
      @Nullable JsonNode expiresAfter) {}

  record Complete(
      @NotEmpty @Size(max = 100_000) List<@NotBlank String> partIds,
      @Nullable @Pattern(regexp = "[0-9a-fA-F]{32}") String md5) {
    Complete {
      partIds = partIds == null ? List.of() : List.copyOf(partIds);
    }
  }
}
