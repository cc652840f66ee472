package dev.cft.store.keys;

import dev.cft.store.Columns;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.concurrent.atomic.AtomicReference;
import org.springframework.jdbc.core.simple.JdbcClient;

/// [IdempotencyKeys] in Postgres.
final class PostgresIdempotencyKeys implements IdempotencyKeys {
  private static final Duration KEPT = Duration.ofHours(24);

  /// Our choice: longer than any request takes. A claim that is older is of a server that died.
  private static final Duration LONGEST_REQUEST = Duration.ofMinutes(5);

  private static final Duration BETWEEN_PURGES = Duration.ofMinutes(10);

  private static final String CLAIM =
      """
      insert into idempotency_keys as k (owner, key, request_hash, claimed_at) values (:owner, :key, :hash, :now)
      on conflict (owner, key) do update set
        request_hash = excluded.request_hash, claimed_at = excluded.claimed_at,
        status = null, content_type = null, body = null
      where k.claimed_at <= :expired
        or (k.status is null and k.claimed_at <= :dead and k.request_hash = excluded.request_hash)
      """;

  private static final String FIND =
      "select * from idempotency_keys where owner = :owner and key = :key";

  private static final String ANSWER =
      """
      update idempotency_keys set status = :status, content_type = :contentType, body = :body
      where owner = :owner and key = :key
      """;

  private static final String RELEASE =
      "delete from idempotency_keys where owner = :owner and key = :key and status is null";

  private static final String PURGE = "delete from idempotency_keys where claimed_at <= :expired";

  private final JdbcClient jdbc;
  private final InstantSource clock;
  private final AtomicReference<Instant> purgedAt = new AtomicReference<>(Instant.EPOCH);

  PostgresIdempotencyKeys(JdbcClient jdbc, InstantSource clock) {
    this.jdbc = jdbc;
    this.clock = clock;
  }

  @Override
  public Claim claim(String owner, String key, String requestHash) {
    var now = clock.instant();
    purgeNowAndThen(now);
    var claimed =
        jdbc.sql(CLAIM)
            .param("owner", owner)
            .param("key", Columns.text(key))
            .param("hash", requestHash)
            .param("now", Columns.at(now))
            .param("expired", Columns.at(now.minus(KEPT)))
            .param("dead", Columns.at(now.minus(LONGEST_REQUEST)))
            .update();
    return claimed == 1 ? new Claim.Fresh() : earlier(owner, key, requestHash);
  }

  @Override
  public void answered(String owner, String key, Answer answer) {
    of(ANSWER, owner, key)
        .param("status", answer.status())
        .param("contentType", answer.contentType())
        .param("body", Columns.text(answer.body()))
        .update();
  }

  @Override
  public void release(String owner, String key) {
    of(RELEASE, owner, key).update();
  }

  /// A key released between the claim and this look reads as in flight: the caller tries again.
  private Claim earlier(String owner, String key, String requestHash) {
    return of(FIND, owner, key)
        .query((row, n) -> earlier(row, requestHash))
        .optional()
        .orElseGet(Claim.InFlight::new);
  }

  private static Claim earlier(ResultSet row, String requestHash) throws SQLException {
    if (!row.getString("request_hash").equals(requestHash)) {
      return new Claim.Mismatch();
    }
    if (row.getObject("status") == null) {
      return new Claim.InFlight();
    }
    return new Claim.Replay(
        new Answer(row.getInt("status"), row.getString("content_type"), row.getString("body")));
  }

  private void purgeNowAndThen(Instant now) {
    var last = purgedAt.get();
    if (last.plus(BETWEEN_PURGES).isBefore(now) && purgedAt.compareAndSet(last, now)) {
      jdbc.sql(PURGE).param("expired", Columns.at(now.minus(KEPT))).update();
    }
  }

  private JdbcClient.StatementSpec of(String sql, String owner, String key) {
    return jdbc.sql(sql).param("owner", owner).param("key", Columns.text(key));
  }
}
