package dev.cft.store.keys;

import java.util.List;
import java.util.Optional;

/// All API keys.
public interface ApiKeys {
  /// A new key with its secret (`sk-cft-…`), which is told once.
  Created create(String name, ApiKey.Role role);

  /// Makes sure that this secret works as a key of that name and role (the operator key of a fresh
  /// start).
  ApiKey register(String secret, String name, ApiKey.Role role);

  /// The key of that secret, unless revoked or unknown. Cached for some seconds.
  Optional<ApiKey> verify(String secret);

  List<ApiKey> list();

  /// Revokes a key; false where there is none. Takes effect at once here and within the cache time
  /// elsewhere.
  boolean revoke(String id);

  /// A key and its secret.
  record Created(ApiKey key, String secret) {}
}
