package dev.cft.store.keys;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cft.store.StoreTest;
import dev.cft.store.keys.IdempotencyKeys.Answer;
import dev.cft.store.keys.IdempotencyKeys.Claim;
import dev.cft.store.testing.SettableClock;
import java.time.Duration;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.jdbc.core.simple.JdbcClient;

@StoreTest
class KeysTest {
  @Autowired ApiKeys keys;
  @Autowired IdempotencyKeys idempotency;
  @Autowired KeyRows rows;
  @Autowired SettableClock clock;
  @Autowired JdbcClient jdbc;

  @Test
  void a_key_works_until_it_is_revoked() {
    var created = keys.create("alice", ApiKey.Role.USER);
    assertThat(created.secret()).startsWith("sk-cft-");
    assertThat(keys.verify(created.secret())).map(ApiKey::id).contains(created.key().id());

    assertThat(keys.revoke(created.key().id())).isTrue();

    assertThat(keys.verify(created.secret())).isEmpty();
    assertThat(keys.revoke(created.key().id())).isFalse();
    assertThat(keys.list())
        .anyMatch(key -> key.id().equals(created.key().id()) && key.revokedAt() != null);
  }

  @Test
  void another_process_stops_taking_a_revoked_key_after_the_cache_time() {
    var elsewhere = new HashedApiKeys(rows, clock);
    var created = keys.create("bob", ApiKey.Role.USER);
    assertThat(elsewhere.verify(created.secret())).isPresent();

    keys.revoke(created.key().id());
    clock.pass(Duration.ofSeconds(6));

    assertThat(elsewhere.verify(created.secret())).isEmpty();
  }

  @Test
  void a_secret_is_not_in_the_database() {
    var created = keys.create("carol", ApiKey.Role.USER);

    var row =
        jdbc.sql("select k::text from api_keys k where id = :id")
            .param("id", created.key().id())
            .query(String.class)
            .single();

    assertThat(row).doesNotContain(created.secret()).doesNotContain(created.secret().substring(7));
  }

  @Test
  void registering_the_operator_key_again_changes_nothing() {
    var secret = "sk-cft-operator-" + UUID.randomUUID();

    var first = keys.register(secret, "operator", ApiKey.Role.OPERATOR);
    var second = keys.register(secret, "operator", ApiKey.Role.OPERATOR);

    assertThat(second.id()).isEqualTo(first.id());
    assertThat(keys.verify(secret)).map(ApiKey::role).contains(ApiKey.Role.OPERATOR);
  }

  @Test
  void a_request_sent_again_gets_the_same_answer() {
    var key = UUID.randomUUID().toString();
    assertThat(idempotency.claim("key-1", key, "hash")).isEqualTo(new Claim.Fresh());
    assertThat(idempotency.claim("key-1", key, "hash")).isEqualTo(new Claim.InFlight());
    assertThat(idempotency.claim("key-1", key, "other")).isEqualTo(new Claim.Mismatch());
    assertThat(idempotency.claim("key-2", key, "other")).isEqualTo(new Claim.Fresh());

    var answer = new Answer(200, "application/json", "{\"id\":1}");
    idempotency.answered("key-1", key, answer);

    assertThat(idempotency.claim("key-1", key, "hash")).isEqualTo(new Claim.Replay(answer));
    assertThat(idempotency.claim("key-1", key, "other")).isEqualTo(new Claim.Mismatch());
    idempotency.release("key-1", key);
    assertThat(idempotency.claim("key-1", key, "hash")).isEqualTo(new Claim.Replay(answer));
  }

  @Test
  void a_claim_given_up_or_left_by_a_dead_server_is_fresh_again() {
    var key = UUID.randomUUID().toString();
    idempotency.claim("key-1", key, "hash");
    idempotency.release("key-1", key);
    assertThat(idempotency.claim("key-1", key, "hash")).isEqualTo(new Claim.Fresh());

    clock.pass(Duration.ofMinutes(6));

    assertThat(idempotency.claim("key-1", key, "hash")).isEqualTo(new Claim.Fresh());
  }

  @Test
  void an_answer_is_kept_for_24_hours() {
    var key = UUID.randomUUID().toString();
    idempotency.claim("key-1", key, "hash");
    idempotency.answered("key-1", key, new Answer(200, "text/plain", "ok"));

    clock.pass(Duration.ofHours(25));
    idempotency.claim("key-1", UUID.randomUUID().toString(), "hash");

    assertThat(
            jdbc.sql("select count(*) from idempotency_keys where key = :key")
                .param("key", key)
                .query(Long.class)
                .single())
        .isZero();
    assertThat(idempotency.claim("key-1", key, "other")).isEqualTo(new Claim.Fresh());
  }
}
