package dev.cft.store.files;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/// A file, in OpenAI's sense; its bytes are the artifact `files/{id}`.
///
/// @param id `file-…`
/// @param sha256 of the content, lower-case hex
public record StoredFile(
    String id,
    String filename,
    String purpose,
    long bytes,
    String sha256,
    Instant createdAt,
    @Nullable Instant expiresAt) {}
