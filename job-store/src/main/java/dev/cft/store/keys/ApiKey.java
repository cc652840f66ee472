package dev.cft.store.keys;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/// An API key's record; the secret itself is not kept, only its SHA-256.
public record ApiKey(
    String id,
    String name,
    Role role,
    Instant createdAt,
    @Nullable Instant revokedAt,
    @Nullable Instant lastUsedAt) {
  /// What a key may do: an operator also manages keys.
  public enum Role {
    OPERATOR,
    USER
  }
}
