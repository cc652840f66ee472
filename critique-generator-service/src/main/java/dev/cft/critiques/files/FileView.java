package dev.cft.critiques.files;

import dev.cft.store.files.StoredFile;
import org.jspecify.annotations.Nullable;

/// A file as OpenAI's API has it, and its hash.
record FileView(
    String id,
    String object,
    long bytes,
    long createdAt,
    @Nullable Long expiresAt,
    String filename,
    String purpose,
    String status,
    String sha256) {
  static FileView of(StoredFile file) {
    var expires = file.expiresAt();
    return new FileView(
        file.id(),
        "file",
        file.bytes(),
        file.createdAt().getEpochSecond(),
        expires == null ? null : expires.getEpochSecond(),
        file.filename(),
        file.purpose(),
        "processed",
        file.sha256());
  }

  /// What a deletion answers.
  record Deleted(String id, String object, boolean deleted) {}
}
