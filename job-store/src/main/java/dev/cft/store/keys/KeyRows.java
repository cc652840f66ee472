package dev.cft.store.keys;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.springframework.data.jpa.repository.Modifying;
import org.springframework.data.jpa.repository.Query;
import org.springframework.data.repository.CrudRepository;
import org.springframework.transaction.annotation.Transactional;

/// The table `api_keys`.
interface KeyRows extends CrudRepository<KeyEntity, String> {
  Optional<KeyEntity> findBySecretHash(String secretHash);

  List<KeyEntity> findAllByOrderByCreatedAtDescIdDesc();

  @Modifying(clearAutomatically = true)
  @Transactional
  @Query("update KeyEntity k set k.revokedAt = :at where k.id = :id and k.revokedAt is null")
  int revoke(String id, Instant at);

  @Modifying(clearAutomatically = true)
  @Transactional
  @Query(
      "update KeyEntity k set k.name = :name, k.role = :role, k.revokedAt = null where k.secretHash = :hash")
  int reinstate(String hash, String name, ApiKey.Role role);

  @Modifying(clearAutomatically = true)
  @Transactional
  @Query("update KeyEntity k set k.lastUsedAt = :at where k.id = :id")
  void used(String id, Instant at);
}
