package dev.cft.store.keys;

import jakarta.persistence.Entity;
import jakarta.persistence.EnumType;
import jakarta.persistence.Enumerated;
import jakarta.persistence.Id;
import jakarta.persistence.Table;
import java.time.Instant;
import org.jspecify.annotations.NullUnmarked;
import org.jspecify.annotations.Nullable;

/// A row of `api_keys`.
@Entity
@Table(name = "api_keys")
@NullUnmarked
class KeyEntity {
  @Id private String id;
  private String name;

  @Enumerated(EnumType.STRING)
  private ApiKey.Role role;

  /// Read by queries only.
  @SuppressWarnings("UnusedVariable")
  private String secretHash;

  private Instant createdAt;
  private @Nullable Instant revokedAt;
  private @Nullable Instant lastUsedAt;

  protected KeyEntity() {}

  KeyEntity(ApiKey key, String secretHash) {
    id = key.id();
    name = key.name();
    role = key.role();
    createdAt = key.createdAt();
    this.secretHash = secretHash;
  }

  ApiKey key() {
    return new ApiKey(id, name, role, createdAt, revokedAt, lastUsedAt);
  }
}
