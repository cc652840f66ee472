package dev.cft.store.keys;

import dev.cft.store.Columns;
import dev.cft.store.RandomId;
import dev.cft.store.Sha256;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.springframework.dao.DataIntegrityViolationException;

/// [ApiKeys] of which only the secret's SHA-256 is kept. A fast hash is enough: a secret has 248
/// random bits, so there is nothing to guess.
final class HashedApiKeys implements ApiKeys {
  /// Our choice, told in [ApiKeys#verify]: how long a revoked key may still work in other
  /// processes.
  private static final Duration CACHED = Duration.ofSeconds(5);

  /// Our choice: `last_used_at` is for people.
  private static final Duration BETWEEN_USE_WRITES = Duration.ofMinutes(1);

  private static final int SECRET_LENGTH = 48;
  private static final int MOST_CACHED = 10_000;

  private final KeyRows rows;
  private final InstantSource clock;
  private final Map<String, Verified> verified = new ConcurrentHashMap<>();

  private record Verified(ApiKey key, Instant until) {}

  HashedApiKeys(KeyRows rows, InstantSource clock) {
    this.rows = rows;
    this.clock = clock;
  }

  @Override
  public Created create(String name, ApiKey.Role role) {
    var secret = RandomId.next("sk-cft-", SECRET_LENGTH);
    return new Created(insert(name, role, Sha256.of(secret)), secret);
  }

  @Override
  public ApiKey register(String secret, String name, ApiKey.Role role) {
    var hash = Sha256.of(secret);
    if (rows.findBySecretHash(hash).isEmpty()) {
      try {
        return insert(name, role, hash);
      } catch (DataIntegrityViolationException another) {
        return rows.findBySecretHash(hash).map(KeyEntity::key).orElseThrow(() -> another);
      }
    }
    rows.reinstate(hash, Columns.text(name), role);
    return rows.findBySecretHash(hash).orElseThrow().key();
  }

  @Override
  public Optional<ApiKey> verify(String secret) {
    var hash = Sha256.of(secret);
    var now = clock.instant();
    var cached = verified.get(hash);
    if (cached != null && now.isBefore(cached.until())) {
      return Optional.of(cached.key());
    }
    return look(hash, now);
  }

  @Override
  public List<ApiKey> list() {
    return rows.findAllByOrderByCreatedAtDescIdDesc().stream().map(KeyEntity::key).toList();
  }

  @Override
  public boolean revoke(String id) {
    var revoked = rows.revoke(id, clock.instant()) > 0;
    verified.values().removeIf(each -> each.key().id().equals(id));
    return revoked;
  }

  private Optional<ApiKey> look(String hash, Instant now) {
    var key =
        rows.findBySecretHash(hash).map(KeyEntity::key).filter(each -> each.revokedAt() == null);
    key.ifPresentOrElse(each -> remember(hash, each, now), () -> verified.remove(hash));
    return key;
  }

  private void remember(String hash, ApiKey key, Instant now) {
    if (verified.size() >= MOST_CACHED) {
      verified.clear();
    }
    verified.put(hash, new Verified(key, now.plus(CACHED)));
    var used = key.lastUsedAt();
    if (used == null || used.plus(BETWEEN_USE_WRITES).isBefore(now)) {
      rows.used(key.id(), now);
    }
  }

  private ApiKey insert(String name, ApiKey.Role role, String hash) {
    var now = clock.instant().truncatedTo(ChronoUnit.MICROS);
    var key = new ApiKey(RandomId.next("key-"), Columns.text(name), role, now, null, null);
    return rows.save(new KeyEntity(key, hash)).key();
  }
}
