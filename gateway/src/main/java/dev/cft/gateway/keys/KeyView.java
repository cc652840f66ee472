package dev.cft.gateway.keys;

import dev.cft.store.keys.ApiKey;
import java.time.Instant;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// A key as clients see it; times are Unix seconds.
///
/// @param secret only in the answer that made the key
record KeyView(
    String id,
    String object,
    String name,
    String role,
    @Nullable String secret,
    long createdAt,
    @Nullable Long revokedAt,
    @Nullable Long lastUsedAt) {
  static final String OBJECT = "api_key";

  static KeyView of(ApiKey key) {
    return new KeyView(
        key.id(),
        OBJECT,
        key.name(),
        key.role().name().toLowerCase(Locale.ROOT),
        null,
        key.createdAt().getEpochSecond(),
        seconds(key.revokedAt()),
        seconds(key.lastUsedAt()));
  }

  KeyView with(String newSecret) {
    return new KeyView(id, object, name, role, newSecret, createdAt, revokedAt, lastUsedAt);
  }

  private static @Nullable Long seconds(@Nullable Instant at) {
    return Optional.ofNullable(at).map(Instant::getEpochSecond).orElse(null);
  }
}
