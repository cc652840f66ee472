package dev.cft.eval.evals;

import static dev.cft.store.StoreJson.mapper;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Repository;
import org.springframework.transaction.annotation.Transactional;
import tools.jackson.databind.JsonNode;

/// Items by the hash of their content: the same benchmark is stored once.
@Repository
public class ItemSets {
  private static final int CHUNK = 1000;
  private static final String INSERT_SET =
      """
      insert into eval_item_sets (id, item_count, created_at) values (:id, :count, :at)
      on conflict do nothing
      """;
  private static final String INSERT_ITEMS =
      """
      insert into eval_items (set_id, seq, item)
      select :id, :from + ordinality - 1, value
      from json_array_elements(cast(:items as json)) with ordinality
      """;
  private static final String READ =
      """
      select seq, item from eval_items where set_id = :id and seq >= :from and seq < :to order by seq
      """;
  private static final String COUNT = "select item_count from eval_item_sets where id = :id";

  private final JdbcClient jdbc;
  private final InstantSource clock;

  ItemSets(JdbcClient jdbc, InstantSource clock) {
    this.jdbc = jdbc;
    this.clock = clock;
  }

  /// An item with its place.
  public record Item(long seq, JsonNode value) {}

  /// Stores the items unless they are there, and tells their id.
  @Transactional
  public String store(List<? extends JsonNode> items) {
    var id = "items-" + hash(items);
    var isNew =
        jdbc.sql(INSERT_SET)
                .param("id", id)
                .param("count", items.size())
                .param("at", clock.instant().atOffset(ZoneOffset.UTC))
                .update()
            > 0;
    for (var from = 0; isNew && from < items.size(); from += CHUNK) {
      var chunk = items.subList(from, Math.min(items.size(), from + CHUNK));
      jdbc.sql(INSERT_ITEMS)
          .param("id", id)
          .param("from", from)
          .param("items", mapper().writeValueAsString(chunk))
          .update();
    }
    return id;
  }

  /// How many items the set has; empty where there is no such set.
  public Optional<Long> count(String id) {
    return jdbc.sql(COUNT).param("id", id).query(Long.class).optional();
  }

  /// Items `from` ≤ seq < `to`, in order.
  public List<Item> read(String id, long from, long to) {
    return jdbc.sql(READ)
        .param("id", id)
        .param("from", from)
        .param("to", to)
        .query((row, _) -> new Item(row.getLong("seq"), mapper().readTree(row.getString("item"))))
        .list();
  }

  private static String hash(List<? extends JsonNode> items) {
    try {
      var digest = MessageDigest.getInstance("SHA-256");
      for (var item : items) {
        digest.update(mapper().writeValueAsString(item).getBytes(StandardCharsets.UTF_8));
        digest.update((byte) '\n');
      }
      return HexFormat.of().formatHex(digest.digest()).substring(0, 32);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }
}
