package dev.cft.critiques.files;

import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// A file on its way in.
///
/// @param bytes of the whole, as announced
/// @param fileId the file that it became
/// @param parts that have come, in the order of their coming
record Upload(
    String id,
    String filename,
    String purpose,
    long bytes,
    Status status,
    @Nullable String fileId,
    Instant createdAt,
    Instant expiresAt,
    List<Part> parts) {
  Upload {
    parts = List.copyOf(parts);
  }

  record Part(String id, String uploadId, long bytes, Instant createdAt) {}

  enum Status {
    PENDING,
    COMPLETED,
    CANCELLED,
    EXPIRED
  }
}
