package dev.cft.store.files;

import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.Table;
import java.time.Instant;
import org.jspecify.annotations.NullUnmarked;
import org.jspecify.annotations.Nullable;

/// A row of `files`.
@Entity
@Table(name = "files")
@NullUnmarked
class FileEntity {
  @Id private String id;
  private String filename;
  private String purpose;
  private long bytes;
  private String sha256;
  private Instant createdAt;
  private @Nullable Instant expiresAt;

  protected FileEntity() {}

  FileEntity(StoredFile file) {
    id = file.id();
    filename = file.filename();
    purpose = file.purpose();
    bytes = file.bytes();
    sha256 = file.sha256();
    createdAt = file.createdAt();
    expiresAt = file.expiresAt();
  }

  StoredFile file() {
    return new StoredFile(id, filename, purpose, bytes, sha256, createdAt, expiresAt);
  }
}
